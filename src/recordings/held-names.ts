import type { Note } from './expected-notes.ts'

/** The names under which Asterisk holds a recording: one, or of a talk what the caller said and what they heard. */
export function heldNames({ held, recording }: Pick<Note, 'held' | 'recording'>): readonly string[] {
  return recording.kind === 'talk' ? [`${held}-said`, `${held}-heard`] : [held]
}
