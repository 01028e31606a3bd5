import { z } from 'zod'
import type { CtiEvent } from './events.ts'

export const subprotocol = 'switchboard.cti.v1'
export const ctiPath = '/cti/v1'

/** Why the server closed the socket. */
export const closeCodes = {
  notAuthenticated: 4401,
  notAllowed: 4403,
  openTimeout: 4408,
  replaced: 4409,
  tooFast: 4429,
  restarting: 1012
} as const

/** JSON-RPC 2.0 §5.1, and one of our own: the request was understood and not carried out; `data.code` says why. */
export const errorCodes = {
  parse: -32700,
  invalidRequest: -32600,
  unknownMethod: -32601,
  invalidParams: -32602,
  internal: -32603,
  refused: -32010
} as const

/** Any request. A repeated id within a session is answered with the first answer and not carried out again. */
export const requestSchema = z.object({
  jsonrpc: z.literal('2.0'),
  id: z.union([z.string().min(1).max(64), z.number().int()]),
  method: z.string().max(64),
  params: z.record(z.string(), z.unknown()).optional()
})

export type RequestId = string | number
export type Request = z.infer<typeof requestSchema>

export interface ErrorData {
  /** Stable: switch on it. */
  readonly code: string
  /** What may be done instead: actions on that call, or agent states. */
  readonly allowed?: readonly string[]
  readonly detail?: string
}

export interface Failure {
  readonly code: number
  readonly message: string
  readonly data?: ErrorData
}

export type Response =
  | { readonly jsonrpc: '2.0'; readonly id: RequestId | null; readonly result: unknown }
  | { readonly jsonrpc: '2.0'; readonly id: RequestId | null; readonly error: Failure }

export interface EventNotification {
  readonly jsonrpc: '2.0'
  readonly method: 'event'
  readonly params: CtiEvent
}
