import type { Clock } from '../domain/ports/clock.ts'

/** The value, or undefined when it did not come within the limit. */
export async function within<Value>(
  ms: number,
  clock: Clock,
  ask: (signal: AbortSignal) => Promise<Value>
): Promise<Value | undefined> {
  const over = new AbortController()
  const late = new Error('The limit has passed')
  const limit = clock.sleep(ms, over.signal).then(
    () => over.abort(late),
    () => undefined // Cancelled: the value came first.
  )
  try {
    return await ask(over.signal)
  } catch (error) {
    if (error === late) return undefined
    throw error
  } finally {
    over.abort(new Error('The question was answered'))
    await limit
  }
}

/** What comes of work that knows no signal, unless the signal aborts first; the work then goes on by itself. */
export async function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
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
