import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RealAsterisk, startAsterisk } from '../helpers/asterisk/real-asterisk.ts'
import { Desk } from '../helpers/centre/desk.ts'
import { wavOf } from '../helpers/phones/wav-of.ts'
import { startTestPostgres, type TestPostgres } from '../helpers/store/postgres.ts'
import { startTestRedis, type TestRedis } from '../helpers/store/redis.ts'
import { startTcpProxy, type TcpProxy } from '../helpers/tcp-proxy.ts'
import { Tokens } from '../helpers/tokens.ts'
import { until } from '../helpers/until.ts'
import { DataDisk } from './data-disk.ts'
import { FaultyService } from './faulty-service.ts'
import { ServerChild } from './server-child.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))
export const password = 'secret-of-the-demo'

/** A whole centre, each part of which can be hurt: the server, Asterisk and PostgreSQL as processes, what lies between them as wires. */
export class ChaosCentre {
  readonly asterisk: RealAsterisk
  readonly postgres: TestPostgres
  /** What is in progress is kept there, too. */
  readonly redis: TestRedis | undefined
  /** Between the server and ARI; between the desks and the server. */
  readonly wires: { readonly ari: TcpProxy; readonly desks: TcpProxy }
  readonly bank: FaultyService
  readonly speech: FaultyService
  readonly disk: DataDisk
  readonly server: ServerChild
  readonly #dir: string
  readonly #tokens: Tokens

  private constructor(
    parts: Pick<ChaosCentre, 'asterisk' | 'postgres' | 'redis' | 'wires' | 'bank' | 'speech' | 'disk' | 'server'>,
    dir: string
  ) {
    this.asterisk = parts.asterisk
    this.postgres = parts.postgres
    this.redis = parts.redis
    this.wires = parts.wires
    this.bank = parts.bank
    this.speech = parts.speech
    this.disk = parts.disk
    this.server = parts.server
    this.#dir = dir
    this.#tokens = new Tokens(this.url, password)
  }

  /**
   * `configured`: other rules than those of the file beside us, for so many agents. `built`: the server as users run it; see `ServerChild`.
   * `holdSeconds`: how long callers are held while the server is away. `redis`: there is one. `ctiKeepMs`: how long events are kept for desks that come back.
   */
  static async start({
    configured = (yaml: string) => yaml,
    agents = 8,
    built = false,
    holdSeconds = 0,
    redis: hasRedis = false,
    ctiKeepMs
  }: {
    readonly configured?: (yaml: string) => string
    readonly agents?: number
    readonly built?: boolean
    readonly holdSeconds?: number
    readonly redis?: boolean
    readonly ctiKeepMs?: number | undefined
  } = {}): Promise<ChaosCentre> {
    const dir = await mkdtemp(join(tmpdir(), 'switchboard-chaos-'))
    const [asterisk, postgres] = await Promise.all([
      startAsterisk({ app: 'switchboard-test', emergencyGroup: [], rtpPorts: { from: 27_000, to: 28_998 }, holdSeconds }),
      startTestPostgres()
    ])
    const redis = hasRedis ? await startTestRedis(asterisk.freePort + 1) : undefined
    const http = `127.0.0.1:${asterisk.freePort}`
    const wires = { ari: await startTcpProxy(asterisk.ariAddress), desks: await startTcpProxy(http) }
    const bank = new FaultyService((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"balance":1}')
    )
    const speech = new FaultyService((_request, response) => response.writeHead(200, { 'content-type': 'audio/wav' }).end(tone()))
    const disk = new DataDisk(join(dir, 'data'))
    await Promise.all([bank.open(), speech.open(), disk.open(), cp(here('flows'), join(dir, 'flows'), { recursive: true })])
    const yaml = (await readFile(here('centre.yaml'), 'utf8')).replace('SPEECH', speech.address)
    await writeFile(join(dir, 'centre.yaml'), configured(yaml))

    const environment = {
      HTTP_ADDRESS: http,
      SIP_ADDRESS: asterisk.sipAddress,
      ARI_ADDRESS: wires.ari.address,
      DATA_DIR: disk.folder,
      CONFIG: join(dir, 'centre.yaml'),
      FLOWS: join(dir, 'flows'),
      DATABASE_URL: postgres.url,
      ...(redis && { REDIS_URL: redis.url }),
      DEMO_PASSWORD: password,
      INSTANCE: 'test',
      EXAMPLE_BANK_ADDRESS: bank.address,
      ARI_USER: asterisk.user,
      ARI_PASSWORD: asterisk.password,
      LOG_LEVEL: 'info',
      ...(ctiKeepMs !== undefined && { TOLD_CTI_KEEP_MS: String(ctiKeepMs) })
    }
    const server = new ServerChild(environment, built ? () => isReadyAt(`http://${http}`) : undefined)
    const centre = new ChaosCentre({ asterisk, postgres, redis, wires, bank, speech, disk, server }, dir)
    await server.start()
    // Phones are made one after the other in the background.
    const lastPhone = () => asterisk.ari('GET', `asterisk/config/dynamic/res_pjsip/endpoint/${1000 + agents}-web`)
    await until(async () => (await lastPhone()).status === 200 && (await centre.isReady()), {
      ms: 60_000,
      what: 'the centre is ready'
    })
    return centre
  }

  get url(): string {
    return `http://127.0.0.1:${this.asterisk.freePort}`
  }

  async isReady(): Promise<boolean> {
    return await isReadyAt(this.url)
  }

  /** Whether nothing but the database is missing. */
  async isReadyButForDatabase(): Promise<boolean> {
    const answer = await fetch(`${this.url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
    if (answer === undefined) return false
    const { checks } = (await answer.json()) as { checks: Readonly<Record<string, { readonly ok: boolean }>> }
    return Object.entries(checks).every(([name, { ok }]) => ok || name === 'database')
  }

  /** Somebody's desk, over the wire that can be cut. */
  async desk(username: string): Promise<Desk> {
    return await Desk.open(`ws://${this.wires.desks.address}/cti/v1`, await this.token(username))
  }

  async close(): Promise<void> {
    await this.disk.free()
    await this.server.stop()
    this.bank.close()
    this.speech.close()
    const wires = [this.wires.ari.close(), this.wires.desks.close()]
    await Promise.all([...wires, this.redis?.close(), this.asterisk.stop(), this.postgres.close()])
    await this.disk.close()
    await rm(this.#dir, { recursive: true, force: true })
  }

  async token(username: string): Promise<string> {
    return await this.#tokens.of(username)
  }
}

async function isReadyAt(url: string): Promise<boolean> {
  const answer = await fetch(`${url}/health/ready`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
  return answer?.status === 200
}

/** Half a second of a tone, 16-bit mono at 24 kHz, as services of speech answer. */
function tone(): Buffer {
  const samples = Buffer.alloc(24_000)
  for (let at = 0; at < samples.length / 2; at++) samples.writeInt16LE(Math.round(9_000 * Math.sin(at / 8)), at * 2)
  return wavOf(samples, { hertz: 24_000 })
}
