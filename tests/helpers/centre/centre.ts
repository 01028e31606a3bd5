import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Logger, pino } from 'pino'
import { type Switchboard, startSwitchboard } from '../../../src/assembly/start-switchboard.ts'
import { type Config, loadConfig } from '../../../src/config/load-config.ts'
import type { AgentProfile } from '../../../src/domain/agent.ts'
import type { DomainEvent, DomainEventOf, DomainEventType } from '../../../src/domain/events.ts'
import { createExampleBank } from '../../../src/local/example-bank.ts'
import type { SipTls } from '../../../src/local/render-asterisk.ts'
import { type RealAsterisk, startAsterisk } from '../asterisk/real-asterisk.ts'
import { type Baresip, type BaresipOptions, startBaresip } from '../phones/baresip.ts'
import { type CallerOptions, placeCall, type TestCaller } from '../phones/test-caller.ts'
import { startTestPostgres, type TestPostgres } from '../store/postgres.ts'
import { Tokens } from '../tokens.ts'
import { until } from '../until.ts'
import { Desk } from './desk.ts'
import { expectNoLeaks } from './leak-guard.ts'

const here = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url))
export const password = 'secret-of-the-demo'

export interface CentreOptions {
  /** Between Switchboard and Asterisk's HTTP server, such as a proxy that can be cut: gets the real address, gives another. */
  readonly ariThrough?: (ariAddress: string) => Promise<string>
  /** Handles the example bank's port instead of the bank. */
  readonly bank?: Server
  /** Ready-made logs on standard error. */
  readonly logLevel?: string
  /** Changes the text of centre.yaml. */
  readonly edit?: (yaml: string) => string
  /** More than the hundred ports of a test's own block, for many calls at once. */
  readonly rtpPorts?: { readonly from: number; readonly to: number }
  /** Speaks SIP over TLS with this certificate, checked against these authorities. */
  readonly sipTls?: Omit<SipTls, 'address'>
  /** Environment variables beside those that tie the parts together. */
  readonly variables?: Readonly<Record<string, string>>
  /** Gets every line of the log, whatever its level, instead of standard error. */
  readonly onLogLine?: (line: string) => void
}

/** A whole contact centre on real parts: Asterisk, PostgreSQL, the example bank and the server, in this process. */
export class Centre {
  readonly asterisk: RealAsterisk
  readonly postgres: TestPostgres
  readonly config: Config
  /** Every fact, as it was published. */
  readonly events: DomainEvent[] = []
  server: Switchboard
  /** Kept when `events` begins anew. */
  #lastOfCall: Extract<DomainEvent, { callId: string }> | undefined
  readonly #given: Readonly<Record<string, string>>
  readonly #bank: Server
  readonly #dir: string
  readonly #log: Logger
  readonly #callers: TestCaller[] = []
  readonly #phones: Baresip[] = []
  readonly #desks: Desk[] = []
  readonly #tokens: Tokens

  private constructor(parts: {
    asterisk: RealAsterisk
    postgres: TestPostgres
    config: Config
    given: Readonly<Record<string, string>>
    server: Switchboard
    bank: Server
    dir: string
    log: Logger
  }) {
    this.asterisk = parts.asterisk
    this.postgres = parts.postgres
    this.config = parts.config
    this.#given = parts.given
    this.server = parts.server
    this.#bank = parts.bank
    this.#dir = parts.dir
    this.#tokens = new Tokens(this.url, password)
    this.#log = parts.log
    this.#listen()
  }

  static async start({
    ariThrough,
    bank = createExampleBank(),
    logLevel = process.env.TEST_LOG ?? 'silent',
    edit = (yaml) => yaml,
    onLogLine,
    rtpPorts,
    sipTls,
    variables = {}
  }: CentreOptions = {}): Promise<Centre> {
    const dir = await mkdtemp(join(tmpdir(), 'switchboard-centre-'))
    const [asterisk, postgres] = await Promise.all([
      startAsterisk({ app: 'switchboard-test', emergencyGroup: ['PJSIP/1001'], sipTls, ...(rtpPorts && { rtpPorts }) }),
      startTestPostgres()
    ])
    await new Promise<void>((resolve) => bank.listen(0, '127.0.0.1', resolve))
    const bankPort = (bank.address() as { port: number }).port
    await cp(here('flows'), join(dir, 'flows'), { recursive: true })
    await cp(here('tests/centre/flows'), join(dir, 'flows'), { recursive: true })
    await writeFile(join(dir, 'centre.yaml'), edit(await readFile(here('tests/centre/centre.yaml'), 'utf8')))

    const given = {
      HTTP_ADDRESS: `127.0.0.1:${asterisk.freePort}`,
      SIP_ADDRESS: asterisk.sipAddress,
      ...(sipTls && {
        SIP_TLS_ADDRESS: asterisk.tlsAddress,
        TLS_CERTIFICATE: sipTls.certificate,
        TLS_KEY: sipTls.key,
        TLS_AUTHORITIES: sipTls.authorities,
        SIP_TLS_CLIENTS: sipTls.knownClients === true ? 'known' : 'any'
      }),
      ARI_ADDRESS: ariThrough === undefined ? asterisk.ariAddress : await ariThrough(asterisk.ariAddress),
      DATA_DIR: join(dir, 'data'),
      CONFIG: join(dir, 'centre.yaml'),
      FLOWS: join(dir, 'flows'),
      DATABASE_URL: postgres.url,
      DEMO_PASSWORD: password,
      INSTANCE: 'test',
      EXAMPLE_BANK_ADDRESS: `127.0.0.1:${bankPort}`,
      ARI_USER: asterisk.user,
      ARI_PASSWORD: asterisk.password,
      ...variables
    }
    const config = loadConfig(given)
    const log =
      onLogLine === undefined ? pino({ level: logLevel }, pino.destination(2)) : pino({ level: 'trace' }, { write: onLogLine })
    const server = await startSwitchboard(config, log)
    const centre = new Centre({ asterisk, postgres, config, given, server, bank, dir, log })
    // Phones are made one after the other in the background; the last one there means that all can register. One for which a busy Asterisk had no
    // time is made at the next look, 15 s later.
    const lastPhone = () => asterisk.ari('GET', 'asterisk/config/dynamic/res_pjsip/endpoint/1020-web')
    await until(async () => (await lastPhone()).status === 200 && centre.ready(), { ms: 60_000, what: 'the centre is ready' })
    return centre
  }

  get url(): string {
    return `http://127.0.0.1:${this.asterisk.freePort}`
  }

  async ready(): Promise<boolean> {
    return (await fetch(`${this.url}/health/ready`)).status === 200
  }

  /** What a server is told that works on these parts, but for some variables. */
  configOf(variables: Readonly<Record<string, string>>): Config {
    return loadConfig({ ...this.#given, ...variables })
  }

  /** Stops the server in order and starts it again, on the same parts. */
  async restart(): Promise<void> {
    await this.server.close()
    await this.start()
    await until(() => this.ready(), { ms: 60_000, what: 'the centre is ready again' })
  }

  /** Starts the server that was closed. */
  async start(): Promise<void> {
    this.server = await startSwitchboard(this.config, this.#log)
    this.#listen()
  }

  async call(number: string, options: Partial<CallerOptions> = {}): Promise<TestCaller> {
    const caller = await placeCall({ sip: this.asterisk.sipAddress, number, ...options })
    this.#callers.push(caller)
    return caller
  }

  /** Agents' phones, registered. */
  async phones(users: readonly string[], options: Partial<BaresipOptions> = {}): Promise<Baresip> {
    const phones = await startBaresip({ sip: this.asterisk.sipAddress, users, password, answer: 'auto', ...options })
    this.#phones.push(phones)
    await phones.allRegistered()
    await until(() => users.every((user) => this.server.telephony.phoneStatus(user) === 'in-service'), {
      what: `phones ${users} in service`
    })
    return phones
  }

  /** A token; the same one for the same person. */
  async signIn(username: string): Promise<string> {
    return await this.#tokens.of(username)
  }

  /** Somebody's CTI socket, signed in. */
  async desk(username: string): Promise<Desk> {
    const desk = await Desk.open(`${this.url.replace('http', 'ws')}/cti/v1`, await this.signIn(username))
    this.#desks.push(desk)
    return desk
  }

  /** The desk of an agent who is ready for calls. */
  async readyAgent(username: string): Promise<Desk> {
    const desk = await this.desk(username)
    await desk.result('setAgentState', { state: 'loggedOn' })
    await desk.result('setAgentState', { state: 'ready' })
    return desk
  }

  /** Resolves when every fact about a call that was told until now is in the records: they are written in the order in which they were told. */
  async recorded(): Promise<void> {
    if (this.#lastOfCall === undefined) return
    const { callId, number } = this.#lastOfCall
    const query = 'select from call_events where call_id = $1 and number = $2'
    await until(async () => (await this.postgres.database.query(query, [callId, number])).length > 0, {
      what: 'all facts are in the records'
    })
  }

  async get<Body>(path: string, username = 'admin'): Promise<Body> {
    const response = await fetch(`${this.url}${path}`, { headers: { authorization: `Bearer ${await this.signIn(username)}` } })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
    return (await response.json()) as Body
  }

  /** The first fact of that type after `since` events that fits. */
  async fact<Type extends DomainEventType>(
    type: Type,
    {
      fits = () => true,
      since = 0,
      ms = 5000
    }: { fits?: (event: DomainEventOf<Type>) => boolean; since?: number; ms?: number } = {}
  ): Promise<DomainEventOf<Type>> {
    const isWanted = (event: DomainEvent): event is DomainEventOf<Type> =>
      event.type === type && fits(event as DomainEventOf<Type>)
    return until(() => this.events.slice(since).find(isWanted), {
      ms,
      what: () => `fact ${type} (facts: ${this.events.slice(since).map((event) => event.type)})`
    })
  }

  /** Another profile for one agent, live, until it is disposed. */
  changeAgent(id: string, change: Partial<AgentProfile>): Disposable {
    const { distribution } = this.server
    const configured = new Map(this.config.centre.agents)
    const own = configured.get(id)
    if (own === undefined) throw new Error(`There is no agent ${id}`)
    distribution.updateAgents(new Map([...configured, [id, { ...own, ...change }]]))
    return { [Symbol.dispose]: () => distribution.updateAgents(configured) }
  }

  /** Hangs up and signs off everybody, then fails when a channel, bridge, subscription, call, offer or timer is left. */
  async expectNothingLeft(): Promise<void> {
    for (const caller of this.#callers.splice(0)) caller.close()
    await until(() => this.server.calls.size === 0, { ms: 8000, what: () => `all calls to end (${this.server.calls.size} left)` })
    for (const { agentId } of this.server.distribution.list()) this.server.distribution.logOff(agentId)
    await until(() => this.server.distribution.list().every(({ state }) => state === 'loggedOff'), {
      ms: 5000,
      what: () =>
        `all agents to be logged off (${JSON.stringify(this.server.distribution.list().filter(({ state }) => state !== 'loggedOff'))})`
    })
    for (const desk of this.#desks.splice(0)) desk.close()
    for (const phones of this.#phones.splice(0)) await phones.stop()
    const { distribution } = this.server
    await until(() => distribution.openOffers() === 0 && distribution.timers() === 0 && distribution.stuck() === 0, {
      what: () =>
        `no offer and no timer (offers ${distribution.openOffers()}, timers ${distribution.timers()}, stuck ${distribution.stuck()})`
    })
    await expectNoLeaks(this.asterisk)
    this.events.length = 0
  }

  async stop(): Promise<void> {
    for (const caller of this.#callers) caller.close()
    for (const desk of this.#desks) desk.close()
    for (const phones of this.#phones) await phones.stop()
    await this.server.close()
    this.#bank.closeAllConnections()
    this.#bank.close()
    await Promise.all([this.asterisk.stop(), this.postgres.close()])
    await rm(this.#dir, { recursive: true, force: true })
  }

  #listen(): void {
    this.server.bus.listen((event) => {
      this.events.push(event)
      if ('callId' in event) this.#lastOfCall = event
    })
  }
}

/** A server that answers what it is told to: a connector gone wrong. */
export function bankThat(
  answer: (respond: { json(body: unknown): void; status(code: number): void; text(body: string): void }) => void
): Server {
  return createServer((_request, response) =>
    answer({
      json: (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
      status: (code) => response.writeHead(code).end(),
      text: (body) => response.writeHead(200, { 'content-type': 'application/json' }).end(body)
    })
  )
}
