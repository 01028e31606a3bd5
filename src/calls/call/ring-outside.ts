import { Abort, Either, type Signal } from '../../domain/abort.ts'
import { type RingResult, ringPhone } from '../line/ring-phone.ts'
import type { CallsOffice } from './office.ts'
import type { RungFor } from './rung-for.ts'

/** The endpoint that calls leave by when the centre names none. */
const TRUNK = 'trunk'

/** Q.850: call rejected. */
const REJECTED = 21

/** On whose behalf somebody outside is called. `endpoint`: what the call leaves by; unset, as the centre says. */
export interface OutsideCaller extends Pick<RungFor, 'callId' | 'device' | 'shownName' | 'originator' | 'publish'> {
  readonly endpoint?: string
}

/** Calls a SIP address outside, on behalf of somebody here, for so long; `rejected` also when it may not be called now. */
export async function ringOutside(
  uri: string,
  by: OutsideCaller,
  office: CallsOffice,
  timeoutMs: number,
  signal: Signal
): Promise<RingResult> {
  if (!office.outside.admit(uri, by)) return { kind: 'rejected', cause: REJECTED }
  const limit = new Abort()
  const either = new Either(signal, limit.signal)
  const clock = office.clock.sleep(timeoutMs, either).then(
    () => limit.abort(new Error('The far end did not answer in time')),
    () => undefined // The ring was decided first; the sleep was cancelled.
  )
  try {
    return await ringPhone(
      {
        endpoint: `PJSIP/${by.endpoint ?? office.centre.dialRules?.endpoint ?? TRUNK}/${uri}`,
        ...(by.originator !== undefined && { originator: by.originator }),
        callerNumber: by.device,
        callerName: by.shownName,
        timeoutMs
      },
      office,
      { ringing: () => undefined, hangupReason: () => 'normal' },
      either
    )
  } catch (reason) {
    if (signal.aborted || !limit.signal.aborted) throw reason
    return { kind: 'no-answer', cause: 19 }
  } finally {
    limit.abort(new Error('The ring was decided'))
    await clock
  }
}
