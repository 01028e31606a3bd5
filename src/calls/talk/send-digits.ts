import type { DeviceId } from '../../domain/ids.ts'
import type { DeskResult } from '../../domain/ports/desk.ts'
import type { Channel } from '../../domain/ports/telephony.ts'
import type { CallFact } from '../call/call-fact.ts'

/** Sends keys to the other party on behalf of a device that talks to them. What is told and kept of it is how many. */
export async function sendDigits(
  { channel, publish }: { readonly channel: Channel; readonly publish: (fact: CallFact) => void },
  device: DeviceId,
  digits: string,
  toneMs: number
): Promise<DeskResult> {
  const sent = await channel.sendDigits(digits, toneMs)
  if (!sent.ok) return { ok: false, code: sent.problem === 'unavailable' ? 'ASTERISK_UNAVAILABLE' : 'NOT_TALKING' }
  publish({ type: 'call.digits-sent', device, count: digits.length })
  return { ok: true, value: undefined }
}
