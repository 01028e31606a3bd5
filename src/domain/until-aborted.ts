import type { Signal } from './abort.ts'

/** Resolves never; rejects with the signal's reason. */
export function untilAborted(signal: Signal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    else
      signal.addEventListener('abort', () => reject(signal.reason), {
        once: true
      })
  })
}
