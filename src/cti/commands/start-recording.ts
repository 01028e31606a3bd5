import type { Command } from './command.ts'
import { record } from './record.ts'

export const startRecording: Command<'startRecording'> = ({ callId }, desk) => record(callId, 'start', desk)
