import type { AgentId, CallId } from '../../../src/domain/ids.ts'
import type { KeptAgent, KeptCall } from '../../../src/domain/kept-call.ts'
import type { LiveStore, Shelf } from '../../../src/domain/ports/live-store.ts'
import { asItIsNow } from '../../../src/store/as-it-is-now.ts'

/** A live store in memory alone: what is in it at a moment is what a process killed then leaves. */
export class MemoryLiveStore implements LiveStore {
  readonly calls = new MemoryShelf<CallId, KeptCall>()
  readonly agents = new MemoryShelf<AgentId, KeptAgent>()
  unwritten = () => 0
  damaged = () => 0
  async flush(): Promise<void> {}
  async close(): Promise<void> {}
}

class MemoryShelf<Id extends string, Kept> implements Shelf<Id, Kept> {
  readonly #things = new Map<Id, () => Kept>()
  #isSealed = false

  put(id: Id, read: () => Kept): void {
    if (!this.#isSealed) this.#things.set(id, read)
  }

  delete(id: Id): void {
    if (!this.#isSealed) this.#things.delete(id)
  }

  seal(): void {
    this.#isSealed = true
    for (const [id, read] of this.#things) this.#things.set(id, asItIsNow(read))
  }

  async list(): Promise<readonly Kept[]> {
    return this.left()
  }

  /** As it would be read from a disk. */
  left(): readonly Kept[] {
    return [...this.#things.values()].map((read) => JSON.parse(JSON.stringify(read())) as Kept)
  }
}
