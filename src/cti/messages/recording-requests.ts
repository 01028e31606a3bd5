import { aboutCall } from './request-parts.ts'

/** About the recording of a talk. */
export const recordingRequests = {
  startRecording: aboutCall(
    'Records the talk, what the caller says and what they hear, until it is over. `RECORDING_NOT_ALLOWED` where the rule of the queue or the caller does not want it.'
  ),
  pauseRecording: aboutCall('Records silence from now on, such as while a secret is told.'),
  resumeRecording: aboutCall('Goes on recording. `RECORDING_NOT_ALLOWED` while a flow asks for a secret.'),
  stopRecording: aboutCall('Ends the recording. Agents cannot end what the rule of the queue has begun, supervisors can.')
} as const
