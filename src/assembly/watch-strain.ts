import type { Admission } from '../calls/admission/admission.ts'
import { LOOK_MS } from '../calls/admission/admission-rate.ts'

const SAMPLE_MS = 50

/** Looks how long our event loop and commands to Asterisk are held up, and tells who lets callers in. */
export function watchStrain(admission: Admission, telephony: { commandDelayMs(): number }): { close(): Promise<void> } {
  let due = performance.now() + SAMPLE_MS
  let samples = 0
  let worst = { loopDelayMs: 0, commandDelayMs: 0 }
  const timer = setInterval(() => {
    const now = performance.now()
    worst = {
      loopDelayMs: Math.max(worst.loopDelayMs, now - due),
      commandDelayMs: Math.max(worst.commandDelayMs, telephony.commandDelayMs())
    }
    due = now + SAMPLE_MS
    if (++samples < LOOK_MS / SAMPLE_MS) return
    admission.note(worst)
    samples = 0
    worst = { loopDelayMs: 0, commandDelayMs: 0 }
  }, SAMPLE_MS)
  return { close: async () => clearInterval(timer) }
}
