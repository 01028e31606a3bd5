import ari, { type Client } from 'ari-client'
import { AppError } from '../domain/errors.ts'
import type { AriBridge, AriChannel, AriEndpoint } from './ari-json.ts'
import type { AsteriskOptions } from './asterisk-options.ts'
import type { HttpLane } from './http-lane.ts'
import { versionProblem } from './version.ts'

const ANSWER_MS = 10_000

// Its Swagger library prints a line to standard output on every connect, by a global function of this name.
;(globalThis as { log?: unknown }).log = () => undefined

export interface AsteriskInfo {
  readonly version: string
  /** When this process of Asterisk began: all that an earlier one had is gone. */
  readonly startedAt: string
}

/**
 * What is asked of Asterisk now and then, by ari-client: listings, applications, dynamic configuration.
 * ari-client's promises do not settle when a connection is dropped, so each has a deadline here.
 */
export class ControlPlane {
  readonly #options: AsteriskOptions
  readonly #http: HttpLane
  #client: Client | undefined

  constructor(options: AsteriskOptions, http: HttpLane) {
    this.#options = options
    this.#http = http
  }

  /** Who it is, when Asterisk is there, knows us and is new enough. A plain request: ari-client ends the process on a wrong password. */
  async probe(): Promise<AsteriskInfo> {
    const { status, body } = await this.#http.request({ method: 'GET', uri: 'asterisk/info' })
    if (status === 0)
      throw new AppError('ASTERISK_UNAVAILABLE', 'upstream', `Asterisk does not answer at ${this.#options.address}`, {
        details: { why: body }
      })
    if (status === 401)
      throw new AppError(
        'ASTERISK_LOGIN',
        'server',
        `Asterisk does not accept our ARI user ${this.#options.user} and its password`
      )
    if (status !== 200)
      throw new AppError('ASTERISK_NO_ARI', 'upstream', `Asterisk at ${this.#options.address} does not serve ARI`, {
        details: { status }
      })

    const { system, status: running } = JSON.parse(body) as { system: { version: string }; status: { startup_time: string } }
    const problem = versionProblem(system.version)
    if (problem !== undefined) throw new AppError('ASTERISK_TOO_OLD', 'server', problem)
    return { version: system.version, startedAt: running.startup_time }
  }

  /** Only these events are sent to the application from now on. */
  async allowEvents(applicationName: string, types: readonly string[]): Promise<void> {
    const filter = { allowed: types.map((type) => ({ type })), disallowed: [] }
    await this.#ask('filter events', (client) => client.applications.filter({ applicationName, filter }))
  }

  async subscribe(applicationName: string, eventSource: readonly string[]): Promise<void> {
    await this.#ask('subscribe', (client) => client.applications.subscribe({ applicationName, eventSource: [...eventSource] }))
  }

  /** The channels whose events are sent to the application, by id. */
  async watched(applicationName: string): Promise<readonly string[]> {
    const { channel_ids: ids } = await this.#ask(
      'look at the application',
      (client) => client.applications.get({ applicationName }) as Promise<unknown> as Promise<{ channel_ids: readonly string[] }>
    )
    return ids
  }

  channels(): Promise<readonly AriChannel[]> {
    return this.#ask('list channels', (client) => client.channels.list() as Promise<unknown> as Promise<readonly AriChannel[]>)
  }

  bridges(): Promise<readonly (AriBridge & { readonly name: string })[]> {
    return this.#ask('list bridges', (client) => client.bridges.list() as Promise<readonly (AriBridge & { name: string })[]>)
  }

  phones(): Promise<readonly AriEndpoint[]> {
    return this.#ask(
      'list endpoints',
      (client) => client.endpoints.listByTech({ tech: 'PJSIP' }) as Promise<readonly AriEndpoint[]>
    )
  }

  /** Makes or replaces an object of res_pjsip (sorcery.conf says where it is kept). */
  async putObject(objectType: string, id: string, values: Readonly<Record<string, string>>): Promise<void> {
    const fields = Object.entries(values).map(([attribute, value]) => ({ attribute, value }))
    await this.#ask('configure a phone', (client) =>
      client.asterisk.updateObject({ configClass: 'res_pjsip', objectType, id, fields })
    )
  }

  async deleteObject(objectType: string, id: string): Promise<void> {
    await this.#ask('remove a phone', (client) => client.asterisk.deleteObject({ configClass: 'res_pjsip', objectType, id }))
  }

  /** Has Asterisk read the files of a module again. */
  async reloadModule(moduleName: string): Promise<void> {
    await this.#ask('reload a module', (client) => client.asterisk.reloadModule({ moduleName }))
  }

  async #ask<Value>(doing: string, work: (client: Client) => Promise<Value>): Promise<Value> {
    return within(ANSWER_MS, doing, async () => work(await this.#connected()))
  }

  /** Reads the API's description once: it does not change while Asterisk is of one version. */
  async #connected(): Promise<Client> {
    const { address, user, password } = this.#options
    this.#client ??= await ari.connect(`http://${address}`, user, password)
    return this.#client
  }
}

async function within<Value>(ms: number, doing: string, work: () => Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new AppError('ASTERISK_UNAVAILABLE', 'upstream', 'Asterisk did not answer in time', { details: { doing } })),
      ms
    )
    // ari-client's promises may never settle (a dropped connection); a stopping process does not wait for them.
    timer.unref()
  })
  try {
    return await Promise.race([work(), late])
  } catch (error) {
    if (error instanceof AppError) throw error
    throw new AppError('ASTERISK_REFUSED', 'upstream', 'Asterisk did not carry out a command', {
      details: { doing },
      cause: error
    })
  } finally {
    clearTimeout(timer)
  }
}
