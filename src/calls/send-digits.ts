import type { DeviceId } from '../domain/ids.ts'
import type { DeskResult } from '../domain/ports/desk.ts'
import type { LiveCall } from './live-call.ts'

/** Sends keys to the caller on behalf of a device that talks to them. What is told and kept of it is how many. */
export async function sendDigits(call: LiveCall, device: DeviceId, digits: string, toneMs: number): Promise<DeskResult> {
  const sent = await call.channel.sendDigits(digits, toneMs)
  if (!sent.ok) return { ok: false, code: sent.problem === 'unavailable' ? 'ASTERISK_UNAVAILABLE' : 'NOT_TALKING' }
  call.publish({ type: 'call.digits-sent', device, count: digits.length })
  return { ok: true, value: undefined }
}
