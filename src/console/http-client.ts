/** What the server says of itself to everybody. */
export interface ConsoleFacts {
  readonly version: string
  /** Whether the demo centre is configured, and with it the phone of the page. */
  readonly demo: boolean
  readonly numbers: readonly { readonly number: string; readonly title: string }[]
  readonly customers: readonly { readonly name: string; readonly number: string; readonly note?: string }[]
  /** Origins of applications that may show the page in a frame. */
  readonly embeddedIn: readonly string[]
}

export interface SignedIn {
  readonly token: string
  readonly expiresAt: string
  readonly user: { readonly username: string; readonly name: string; readonly role: 'agent' | 'supervisor' | 'crm' | 'admin' }
}

/** A phone account lent for one visit. */
export interface LentPhone {
  readonly user: string
  readonly password: string
  readonly domain?: string
  readonly expiresAt: string
}

/** A message that a caller left, as the API tells it. */
export interface Voicemail {
  readonly id: string
  readonly queue: string
  readonly caller: string
  readonly callerName: string
  readonly customer: { readonly id: string; readonly name: string } | null
  readonly createdAt: string
  readonly seconds: number
  readonly state: 'new' | 'heard' | 'done'
}

/** A recorded talk, as the API tells it. */
export interface Recording {
  readonly id: string
  readonly caller: string
  readonly callerName: string
  readonly customer: { readonly id: string; readonly name: string } | null
  readonly agents: readonly string[]
  readonly createdAt: string
  readonly seconds: number
}

/** How loud each side was in each window, 0 to 1; the caller first. */
export interface Peaks {
  readonly windowMs: number
  readonly channels: readonly (readonly number[])[]
}

/** An answer of the server that is not a success; status 0 is no answer. */
export class HttpFailure extends Error {
  readonly status: number

  constructor(status: number) {
    super(`The server answered ${status}`)
    this.status = status
  }
}

export const readConsole = (): Promise<ConsoleFacts> => send('GET', 'api/v1/console')

export const signIn = (username: string, password: string): Promise<SignedIn> =>
  send('POST', 'api/v1/session', { username, password })

/** Rejects with status 409 when the sign-in has lasted as long as it may. */
export const renewSignIn = (token: string): Promise<Pick<SignedIn, 'token' | 'expiresAt'>> =>
  send('POST', 'api/v1/session/renew', undefined, token)

/** Ends the sign-in, also while the page is being left. One that is not ended runs out by itself. */
export function signOut(token: string): void {
  fetch('api/v1/session', { method: 'DELETE', keepalive: true, headers: { authorization: `Bearer ${token}` } }).catch(
    () => undefined
  )
}

export const lendPhone = (callerNumber: string | undefined): Promise<LentPhone> =>
  send('POST', 'api/v1/demo/phone', callerNumber === undefined ? {} : { callerNumber })

/** The newest messages that may be heard with that token. */
export async function listVoicemails(token: string): Promise<readonly Voicemail[]> {
  const { items } = await send<{ items: Voicemail[] }>('GET', 'api/v1/voicemails?limit=100', undefined, token)
  return items
}

/** Rejects with status 409 when somebody else was quicker. */
export const setVoicemailState = (token: string, id: string, state: Voicemail['state'], was: Voicemail['state']) =>
  send<Voicemail>('PATCH', `api/v1/voicemails/${encodeURIComponent(id)}`, { state, was }, token)

export async function readVoicemailAudio(token: string, id: string): Promise<Blob> {
  return await (await answer('GET', `api/v1/voicemails/${encodeURIComponent(id)}/audio`, undefined, token)).blob()
}

export async function listRecordings(token: string): Promise<readonly Recording[]> {
  const { items } = await send<{ items: Recording[] }>('GET', 'api/v1/recordings?limit=20', undefined, token)
  return items
}

export const readPeaks = (token: string, id: string): Promise<Peaks> =>
  send('GET', `api/v1/recordings/${encodeURIComponent(id)}/peaks`, undefined, token)

export async function readRecordingAudio(token: string, id: string): Promise<Blob> {
  return await (await answer('GET', `api/v1/recordings/${encodeURIComponent(id)}/audio`, undefined, token)).blob()
}

/** Gives a lent phone back, also while the page is being left. What is not given back runs out by itself. */
export function returnPhone(user: string): void {
  fetch(`api/v1/demo/phone/${encodeURIComponent(user)}`, { method: 'DELETE', keepalive: true }).catch(() => undefined)
}

async function send<Answer>(method: Verb, path: string, json?: object, token?: string): Promise<Answer> {
  return (await (await answer(method, path, json, token)).json()) as Answer
}

type Verb = 'GET' | 'POST' | 'PATCH'

async function answer(method: Verb, path: string, json?: object, token?: string): Promise<Response> {
  const response = await fetch(path, {
    method,
    headers: {
      ...(json && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` })
    },
    ...(json && { body: JSON.stringify(json) }),
    signal: AbortSignal.timeout(10_000)
  }).catch(() => {
    throw new HttpFailure(0)
  })
  if (!response.ok) throw new HttpFailure(response.status)
  return response
}

/** A websocket address of the same origin. */
export function socketAddress(path: string): string {
  const address = new URL(path, location.href)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  return address.href
}
