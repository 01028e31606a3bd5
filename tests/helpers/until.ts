import { setTimeout as sleep } from 'node:timers/promises'

export interface UntilOptions {
  readonly ms?: number
  /** What is awaited, for the message. */
  readonly what: string | (() => string)
}

/** The first value of `look` that is neither false nor undefined; throws when there is none in time. */
export async function until<Value>(
  look: () => Value | false | undefined | Promise<Value | false | undefined>,
  { ms = 15_000, what }: UntilOptions
): Promise<Value> {
  const deadline = Date.now() + ms
  for (;;) {
    const value = await look()
    if (value !== false && value !== undefined) return value
    if (Date.now() > deadline) throw new Error(`Not within ${ms} ms: ${typeof what === 'string' ? what : what()}`)
    await sleep(10)
  }
}
