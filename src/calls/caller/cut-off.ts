import type { Interrupted } from '../../domain/interrupted.ts'
import type { Termination } from '../../domain/termination.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'

/** Q.850: normal clearing, and "normal, unspecified", which some networks give for it. */
const hungUp: ReadonlySet<number> = new Set([16, 31])

/**
 * Whether a caller who left did not mean to: Asterisk has ended, or their channel did with another cause than a hang-up has, such as 38,
 * network out of order. Asterisk takes the cause from the Reason header of the BYE (RFC 3326); 0 means that the channel was lost.
 */
function wasCutOff({ reason, cause }: Termination): boolean {
  if (reason === 'asterisk-lost') return true
  return reason.startsWith('caller-hung-up') && cause !== undefined && !hungUp.has(cause)
}

/** Keeps where a caller was who was cut off. Who was cut off again before the first step keeps the place from before. */
export function keepIfCutOff(call: LiveCall, verdict: Termination, office: CallsOffice): void {
  const place: Interrupted | undefined = call.leftAt ?? call.interrupted
  if (!call.hasNumber || place === undefined || !wasCutOff(verdict)) return
  const notBefore = office.clock.now() - (office.centre.resumeWithinMs ?? 0)
  office.afterCalls.take(call.callId, () => office.interrupted.keep(call.device, place, notBefore))
}

/** Keeps the place of a caller whose wait in a queue broke off, by their line or by us. */
export function keepPlaceIfCutOff(call: LiveCall, verdict: Termination, office: CallsOffice): void {
  const { brokenOff, callId } = call
  if (brokenOff === undefined || !call.hasNumber) return
  const resume = office.centre.queues.get(brokenOff.queues.at(-1) ?? '')?.resume
  const byCaller = verdict.reason === 'caller-hung-up-in-queue'
  if (resume === undefined || (byCaller && !resume.anybody && !wasCutOff(verdict)) || verdict.reason === 'cleared-by-desk') return
  office.keptPlaces.keep(call.device, { ...brokenOff, callId, at: office.clock.now() })
}

/** Where this caller was cut off a while ago. A store that is slow or down costs them the offer to go on there, and nothing else. */
export async function findInterrupted(call: LiveCall, office: CallsOffice): Promise<Interrupted | undefined> {
  if (!call.hasNumber) return undefined
  return await office.interrupted.take(call.device, office.clock.now() - (office.centre.resumeWithinMs ?? 0))
}
