import type { DomainEventOf } from '../../domain/events.ts'
import type { CallRecord } from '../board/call-record.ts'
import type { EventBody } from './translation.ts'

type Recorded = DomainEventOf<'recording.started' | 'recording.paused' | 'recording.resumed' | 'recording.stopped'>

/** How the recording of a talk stands now. */
export function recorded(event: Recorded, view: Omit<CallRecord['view'], 'data'>, time: string): EventBody {
  const { recordingId, by } = event
  const common = { time, cause: 'normal', recordingId, ...(by !== undefined && { by }), ...view } as const
  if (event.type === 'recording.stopped') return { type: 'recordingStopped', ...common, why: event.cause }
  return { type: recordingEvents[event.type], ...common }
}

const recordingEvents = {
  'recording.started': 'recordingStarted',
  'recording.paused': 'recordingPaused',
  'recording.resumed': 'recordingResumed'
} as const
