import { Abort, type Signal } from './abort.ts'
import type { Clock } from './ports/clock.ts'

const late = new Error('The limit has passed')
const answered = new Error('The question was answered')

/** The value, or undefined when it did not come within the limit. */
export async function within<Value>(
  ms: number,
  clock: Clock,
  ask: (signal: Signal) => Promise<Value>
): Promise<Value | undefined> {
  const over = new Abort()
  let isLate = false
  const limit = clock.sleep(ms, over.signal).then(
    () => {
      isLate = true
      over.abort(late)
    },
    () => undefined // Cancelled: the value came first.
  )
  try {
    return await ask(over.signal)
  } catch (error) {
    // What is asked may have such a limit of its own, whose reason is the same.
    if (isLate && error === late) return undefined
    throw error
  } finally {
    over.abort(answered)
    await limit
  }
}

/** What comes of work that knows no signal, unless the signal aborts first; the work then goes on by itself. */
export async function unlessAborted<Value>(work: Promise<Value>, signal: Signal): Promise<Value> {
  let aborted: (() => void) | undefined
  try {
    return await Promise.race([
      work,
      new Promise<never>((_, reject) => {
        aborted = () => reject(signal.reason)
        signal.addEventListener('abort', aborted, { once: true })
      })
    ])
  } finally {
    if (aborted !== undefined) signal.removeEventListener('abort', aborted)
  }
}
