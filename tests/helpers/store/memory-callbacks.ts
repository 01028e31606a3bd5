import { type Callback, isOver } from '../../../src/domain/callback.ts'
import type { CallbackFilter, CallbackStore } from '../../../src/domain/ports/callbacks.ts'

/** Callbacks in memory, as the database keeps them. `broken` makes every access fail, as in an outage. */
export class MemoryCallbacks implements CallbackStore {
  readonly kept = new Map<string, Callback>()
  broken = false

  async add(callback: Callback): Promise<Callback> {
    this.#check()
    const open = [...this.kept.values()].find(
      ({ number, queue, state }) => number === callback.number && queue === callback.queue && !isOver(state)
    )
    if (open === undefined) this.kept.set(callback.id, callback)
    return open ?? callback
  }

  async save(callback: Callback): Promise<boolean> {
    this.#check()
    const known = this.kept.get(callback.id)
    if (known === undefined || known.revision >= callback.revision || isOver(known.state)) return false
    this.kept.set(callback.id, callback)
    return true
  }

  async get(id: string): Promise<Callback | undefined> {
    this.#check()
    return this.kept.get(id)
  }

  async list({ queues, number, open = false, limit }: CallbackFilter): Promise<readonly Callback[]> {
    this.#check()
    return [...this.kept.values()]
      .filter((callback) => queues?.includes(callback.queue) ?? true)
      .filter((callback) => (number === undefined || callback.number === number) && !(open && isOver(callback.state)))
      .sort((one, other) => other.bookedAt - one.bookedAt || (one.id < other.id ? 1 : -1))
      .slice(0, limit)
  }

  #check(): void {
    if (this.broken) throw new Error('The database does not answer')
  }
}
