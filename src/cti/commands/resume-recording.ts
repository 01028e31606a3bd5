import type { Command } from './command.ts'
import { record } from './record.ts'

export const resumeRecording: Command<'resumeRecording'> = ({ callId }, desk) => record(callId, 'resume', desk)
