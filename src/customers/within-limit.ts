import type { Signal } from '../domain/abort.ts'
import { AppError } from '../domain/errors.ts'

/** A caller hears nothing while we look who they are; longer than this they are served as unknown. */
export const LOOK_UP_LIMIT_MS = 300

/** For a step of a flow, which says what happens when it takes longer. */
export const STEP_LIMIT_MS = 2000

/** What comes of the work, when it comes in time; the signal's reason when that aborts first. */
export async function withinLimit<Value>(work: Promise<Value>, limitMs: number, signal: Signal): Promise<Value> {
  let late: NodeJS.Timeout | undefined
  let aborted: (() => void) | undefined
  const limit = new Promise<never>((_, reject) => {
    late = setTimeout(
      () => reject(new AppError('CUSTOMER_LOOKUP_TIMEOUT', 'upstream', 'The customer was not found in time')),
      limitMs
    )
    aborted = () => reject(signal.reason)
    if (signal.aborted) aborted()
    else signal.addEventListener('abort', aborted, { once: true })
  })
  try {
    // A query that loses goes on to the statement limit of the pool; its result or fault interests nobody by then.
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(late)
    if (aborted !== undefined) signal.removeEventListener('abort', aborted)
  }
}
