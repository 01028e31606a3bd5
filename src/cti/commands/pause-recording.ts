import type { Command } from './command.ts'
import { record } from './record.ts'

export const pauseRecording: Command<'pauseRecording'> = ({ callId }, desk) => record(callId, 'pause', desk)
