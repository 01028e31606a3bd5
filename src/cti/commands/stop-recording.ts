import type { Command } from './command.ts'
import { record } from './record.ts'

export const stopRecording: Command<'stopRecording'> = ({ callId }, desk) => record(callId, 'stop', desk)
