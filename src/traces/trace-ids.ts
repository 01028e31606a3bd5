import { createHash, randomBytes } from 'node:crypto'
import type { CallId, ContactId } from '../domain/ids.ts'

/** The trace of a contact: all its calls, also those of another process. 16 bytes, hexadecimal. */
export function traceIdOf(contactId: ContactId): string {
  return digest(`contact ${contactId}`).slice(0, 32)
}

/** The span of a call as a whole, known to whoever knows the call. 8 bytes, hexadecimal. */
export function callSpanIdOf(callId: CallId): string {
  return digest(`call ${callId}`).slice(0, 16)
}

export function newSpanId(): string {
  return randomBytes(8).toString('hex')
}

/** What other systems are told: https://www.w3.org/TR/trace-context/#traceparent-header */
export function traceparentOf(traceId: string, spanId: string, isSampled: boolean): string {
  return `00-${traceId}-${spanId}-${isSampled ? '01' : '00'}`
}

/** Whether so great a part of all traces has this one in it: the same answer in every process, by the id alone. */
export function isSampled(traceId: string, ratio: number): boolean {
  return Number.parseInt(traceId.slice(0, 13), 16) < ratio * 2 ** 52
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
