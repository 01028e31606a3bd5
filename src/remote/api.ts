import { Agent, fetch, type Response } from 'undici'
import { AppError } from '../domain/errors.ts'

export interface ApiOptions {
  /** Where the server is, such as `http://127.0.0.1:8080`. */
  readonly server: string
  readonly token?: string | undefined
  readonly username: string
  /** Asked only when there is no token. */
  password(): Promise<string | undefined>
  /** What this command shows of itself to a server that wants a certificate, as PEM. */
  readonly certificate?: { readonly certificate: string; readonly key: string } | undefined
  /** In which to be told what is wrong, such as `en` or `zh-CN`. */
  readonly language: string
}

const LIMIT_MS = 30_000

/** The API of a running server, as its commands use it. Whatever is wrong becomes an AppError that a person can read. */
export class Api {
  /** In which it tells what is wrong. */
  readonly language: string
  readonly #options: ApiOptions
  readonly #dispatcher: Agent | undefined
  #token: string | undefined

  constructor(options: ApiOptions) {
    this.language = options.language
    this.#options = options
    this.#token = options.token
    const { certificate } = options
    this.#dispatcher = certificate && new Agent({ connect: { cert: certificate.certificate, key: certificate.key } })
  }

  get<Body>(path: string): Promise<Body> {
    return this.#ask('GET', path)
  }

  send<Body>(method: 'PUT' | 'POST', path: string, body: object): Promise<Body> {
    return this.#ask(method, path, body)
  }

  async #ask<Body>(method: string, path: string, body?: object): Promise<Body> {
    this.#token ??= await this.#signIn()
    return (await this.#exchange(method, path, body, this.#token)) as Body
  }

  async #signIn(): Promise<string> {
    const { username, password } = this.#options
    const given = await password()
    if (given === undefined) {
      throw new AppError('NOT_SIGNED_IN', 'client', 'Set SWITCHBOARD_TOKEN, or SWITCHBOARD_USER and SWITCHBOARD_PASSWORD')
    }
    const { token } = (await this.#exchange('POST', '/api/v1/session', { username, password: given })) as { token: string }
    return token
  }

  async #exchange(method: string, path: string, body?: object, token?: string): Promise<unknown> {
    const { server } = this.#options
    let response: Response
    try {
      response = await fetch(new URL(path, server), {
        method,
        headers: {
          'accept-language': this.language,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(token !== undefined && { authorization: `Bearer ${token}` })
        },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(LIMIT_MS),
        ...(this.#dispatcher !== undefined && { dispatcher: this.#dispatcher })
      })
    } catch (cause) {
      throw new AppError('SERVER_UNREACHABLE', 'upstream', 'The server cannot be reached; --server says where it is', {
        details: { server },
        cause: cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
      })
    }
    const text = await response.text()
    if (response.ok) return readJson(text, server)
    throw refusalOf(response.status, text, server)
  }
}

function readJson(text: string, server: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AppError('NOT_SWITCHBOARD', 'upstream', 'What answers there is no Switchboard', { details: { server }, cause })
  }
}

interface Refusal {
  readonly error?: { readonly code?: string; readonly message?: string; readonly details?: Record<string, unknown> }
}

function refusalOf(status: number, text: string, server: string): AppError {
  const { error } = readJson(text, server) as Refusal
  if (error?.code === undefined || error.message === undefined) {
    return new AppError('NOT_SWITCHBOARD', 'upstream', 'What answers there is no Switchboard', { details: { server, status } })
  }
  return new AppError(error.code, 'client', error.message, { details: error.details ?? {} })
}
