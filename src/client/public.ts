/** What `switchboard/client` gives to programs. */
export type { ClientEvents, ClientOptions, ConnectionState, Service } from './client-options.ts'
export { CtiClient } from './cti-client.ts'
export type { State } from './kept-state.ts'
export type { RetryOptions } from './patience.ts'
export type * from './protocol.ts'
export { RequestFailed } from './request-failed.ts'
export type { RequestOptions } from './requests.ts'
export type { SocketConstructor, SocketLike } from './socket.ts'
