import { z } from 'zod'
import { callId, done } from './request-parts.ts'

/** About the recording of a talk. */
export const recordingRequests = {
  startRecording: {
    summary:
      'Records the talk, what the caller says and what they hear, until it is over. `RECORDING_NOT_ALLOWED` where the rule of the queue or the caller does not want it.',
    params: z.strictObject({ callId }),
    result: done
  },
  pauseRecording: {
    summary: 'Records silence from now on, such as while a secret is told.',
    params: z.strictObject({ callId }),
    result: done
  },
  resumeRecording: {
    summary: 'Goes on recording. `RECORDING_NOT_ALLOWED` while a flow asks for a secret.',
    params: z.strictObject({ callId }),
    result: done
  },
  stopRecording: {
    summary: 'Ends the recording. Agents cannot end what the rule of the queue has begun, supervisors can.',
    params: z.strictObject({ callId }),
    result: done
  }
} as const
