import type { DomainEventOf } from '../../domain/events.ts'
import type { CallBoard } from '../board/call-board.ts'
import type { Subject, Translation } from './translation.ts'

/** Who sees the figures of a queue hears of its messages. */
export function translateVoicemail(
  event: DomainEventOf<'voicemail.left' | 'voicemail.changed'>,
  board: CallBoard,
  time: string
): readonly Translation[] {
  const { queue } = event.type === 'voicemail.left' ? event.recording : event
  const newMessages = board.queues.get(queue)?.newMessages ?? 0
  const subject: Subject = { kind: 'queue', queue }
  const common = { time, callId: event.callId, queue, newMessages }
  if (event.type === 'voicemail.changed') {
    const { recordingId, state, by } = event
    return [{ subject, body: { type: 'voicemailChanged', ...common, voicemailId: recordingId, messageState: state, by } }]
  }
  const { id, contactId, caller, callerName, customer, durationMs } = event.recording
  const who = { contactId, caller, callerName, ...(customer !== undefined && { customer }) }
  const seconds = Math.round(durationMs / 1000)
  return [{ subject, body: { type: 'voicemailLeft', ...common, voicemailId: id, ...who, seconds } }]
}
