import type { Signal } from '../../domain/abort.ts'
import type { RecordExit, RecordRequest } from '../../domain/caller.ts'
import { AppError } from '../../domain/errors.ts'
import type { RecordingId } from '../../domain/ids.ts'
import { expectOrGone } from '../../domain/outcome.ts'
import type { ChannelEvent } from '../../domain/ports/telephony.ts'
import { untilAborted } from '../../domain/until-aborted.ts'
import { within } from '../../domain/within.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'

/** How long a stopped recording may take to say so. */
const STOP_LIMIT_MS = 2_000

type Finished = Extract<ChannelEvent, { type: 'recording-finished' }>

/**
 * Takes a message from a caller. However the recording ends, by key, silence, a shortcut or a hang-up, what was said is taken over
 * before this resolves; a hang-up is told after the recording's end, so nothing of it is missed.
 */
export async function recordMessage(
  call: LiveCall,
  office: CallsOffice,
  request: RecordRequest,
  signal: Signal
): Promise<RecordExit> {
  const { recordings, clock } = office
  const id = office.newId() as RecordingId
  const [name = ''] = await recordings.expect(expectedOf(id, call, office, request), request.minMs)
  // Subscribed first: a recording that cannot be begun ends before its answer comes.
  using finished = call.channel.events.subscribe(
    (event): event is Finished => event.type === 'recording-finished' && event.name === name
  )
  if (!(await begin(call, office, id, name, request))) return untilAborted(signal)

  try {
    await finished.first(signal)
  } catch {
    // The caller has hung up or taken a shortcut, and so finished the message; whoever asked looks at the signal.
    await call.channel.stopRecording(name)
    await within(STOP_LIMIT_MS, clock, (limit) => finished.first(limit))
  }
  return await keep(id, call, office, signal)
}

/** False when the caller has gone. */
async function begin(
  call: LiveCall,
  office: CallsOffice,
  id: RecordingId,
  name: string,
  { maxMs, maxSilenceMs, finishKey, beep }: RecordRequest
): Promise<boolean> {
  const rule = { name, maxMs, maxSilenceMs, beep, ...(finishKey !== undefined && { finishKey }) }
  const outcome = await call.channel.startRecording(rule)
  // A command that was not answered may have been carried out: the recordings look into that themselves.
  if (!outcome.ok && outcome.problem === 'unavailable') office.recordings.keepSoon(id)
  else if (!outcome.ok) await office.recordings.forget(id)
  return expectOrGone(outcome, 'record')
}

async function keep(id: RecordingId, call: LiveCall, office: CallsOffice, signal: Signal): Promise<RecordExit> {
  try {
    const stored = await office.recordings.keep(id)
    if (stored === undefined) return { exit: 'too_short' }
    return { exit: 'recorded', id, seconds: Math.round(stored.durationMs / 1000) }
  } catch (error) {
    // Who hung up in the beep was not recorded at all (main/app.c leaves no file then).
    const nothing = error instanceof AppError && error.code === 'RECORDING_MISSING'
    if (signal.aborted && nothing) return { exit: 'too_short' }
    office.log.error({ err: error, callId: call.callId, recordingId: id }, 'A message could not be stored')
    throw error
  }
}

function expectedOf(id: RecordingId, call: LiveCall, office: CallsOffice, { queue, flow }: RecordRequest) {
  const { customer } = call.story
  return {
    id,
    kind: 'voicemail' as const,
    callId: call.callId,
    contactId: call.contactId,
    caller: call.device,
    callerName: call.incoming.callerName,
    ...(customer !== undefined && { customer: { id: customer.id, name: customer.name } }),
    queue,
    flow,
    createdAt: office.clock.now()
  }
}
