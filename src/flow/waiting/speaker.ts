import type { Signal } from '../../domain/abort.ts'
import type { Rhythm } from '../../domain/waiting.ts'

/** Something to say while a caller waits. Tells whether anything was said. */
export interface Speaker extends Rhythm {
  speak(signal: Signal): Promise<boolean>
}
