import type { Client } from 'ari-client'
import { AppError } from '../domain/errors.ts'
import type { AriBridge, AriChannel, AriEndpoint } from './ari-json.ts'
import type { AsteriskOptions } from './asterisk-options.ts'
import type { HttpLane } from './http-lane.ts'
import type { AriRequest } from './reply.ts'
import { versionProblem } from './version.ts'

const ANSWER_MS = 10_000
/** So much of an answer says why. */
const WHY_MAX = 200

export interface AsteriskInfo {
  readonly version: string
  /** When this process of Asterisk began: all that an earlier one had is gone. */
  readonly startedAt: string
}

/**
 * What is asked of Asterisk now and then. What each connect asks goes as plain requests; phones and modules are configured by ari-client, which is
 * loaded when the first of them is: it and its description of ARI took a fifth of a start's CPU time.
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
  async allowEvents(application: string, types: readonly string[]): Promise<void> {
    const body = { allowed: types.map((type) => ({ type })), disallowed: [] }
    await this.#request('filter events', { method: 'PUT', uri: `${uriOf(application)}/eventFilter`, body })
  }

  async subscribe(application: string, sources: readonly string[]): Promise<void> {
    const query = sources.map(encodeURIComponent).join(',')
    await this.#request('subscribe', { method: 'POST', uri: `${uriOf(application)}/subscription?eventSource=${query}` })
  }

  /** The channels whose events are sent to the application, by id. */
  async watched(application: string): Promise<readonly string[]> {
    const { channel_ids: ids } = await this.#read<{ channel_ids: readonly string[] }>(
      'look at the application',
      uriOf(application)
    )
    return ids
  }

  channels(): Promise<readonly AriChannel[]> {
    return this.#read('list channels', 'channels')
  }

  bridges(): Promise<readonly (AriBridge & { readonly name: string })[]> {
    return this.#read('list bridges', 'bridges')
  }

  phones(): Promise<readonly AriEndpoint[]> {
    return this.#read('list endpoints', 'endpoints/PJSIP')
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

  async #read<Value>(doing: string, uri: string): Promise<Value> {
    return JSON.parse(await this.#request(doing, { method: 'GET', uri })) as Value
  }

  async #request(doing: string, request: AriRequest): Promise<string> {
    const { status, body } = await this.#http.request(request, ANSWER_MS)
    if (status === 0) throw unavailable({ doing, why: body })
    if (status < 200 || status >= 300) throw refused({ doing, status, why: body.slice(0, WHY_MAX) })
    return body
  }

  async #ask<Value>(doing: string, work: (client: Client) => Promise<Value>): Promise<Value> {
    return within(ANSWER_MS, doing, async () => work(await this.#connected()))
  }

  /** Reads the API's description once: it does not change while Asterisk is of one version. */
  async #connected(): Promise<Client> {
    const { address, user, password } = this.#options
    if (this.#client !== undefined) return this.#client
    const { default: ari } = await import('ari-client')
    // Its Swagger library prints a line to standard output on every connect, by a global function of this name.
    ;(globalThis as { log?: unknown }).log = () => undefined
    this.#client = await ari.connect(`http://${address}`, user, password)
    return this.#client
  }
}

async function within<Value>(ms: number, doing: string, work: () => Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(unavailable({ doing })), ms)
    // ari-client's promises may never settle (a dropped connection); a stopping process does not wait for them.
    timer.unref()
  })
  try {
    return await Promise.race([work(), late])
  } catch (error) {
    if (error instanceof AppError) throw error
    throw refused({ doing }, error)
  } finally {
    clearTimeout(timer)
  }
}

function unavailable(details: Readonly<Record<string, unknown>>): AppError {
  return new AppError('ASTERISK_UNAVAILABLE', 'upstream', 'Asterisk did not answer in time', { details })
}

function refused(details: Readonly<Record<string, unknown>>, cause?: unknown): AppError {
  return new AppError('ASTERISK_REFUSED', 'upstream', 'Asterisk did not carry out a command', { details, cause })
}

function uriOf(application: string): string {
  return `applications/${encodeURIComponent(application)}`
}
