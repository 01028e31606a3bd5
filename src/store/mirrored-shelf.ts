import type { Log } from '../domain/log.ts'
import type { Shelf } from '../domain/ports/live-store.ts'
import type { JournalShelf } from './journal-shelf.ts'
import type { InRedis, RedisShelf } from './redis-shelf.ts'
import { isNewer, type Stamp } from './stamp.ts'

const NEVER: Stamp = { run: 0, changes: 0 }

/**
 * Things in a journal of this machine and in Redis. A start goes on with the newer of the two: the journal's, which are written first, unless another machine had
 * the calls last, or the disk took nothing. Redis that is away is missed by nobody here, and has all of it when it is back.
 */
export class MirroredShelf<Id extends string, Kept> implements Shelf<Id, Kept> {
  readonly #journal: JournalShelf<Id, Kept>
  readonly #redis: RedisShelf<Id, Kept>
  readonly #run: number
  /** What the things were read from has so many that cannot be read. */
  readonly damaged: number
  #changes = 0
  #isSealed = false

  /** `inRedis`: what an earlier process left there; undefined: Redis does not say. */
  constructor(journal: JournalShelf<Id, Kept>, redis: RedisShelf<Id, Kept>, inRedis: InRedis<Id, Kept> | undefined, log: Log) {
    this.#journal = journal
    this.#redis = redis
    const [here, there] = [journal.found ?? NEVER, inRedis?.stamp ?? NEVER]
    this.#run = Math.max(here.run, there.run) + 1
    const stamp = () => ({ run: this.#run, changes: this.#changes })
    journal.mark(stamp)
    redis.mark(stamp)
    if (inRedis !== undefined && isFurther(inRedis, journal.found)) {
      log.info({ things: inRedis.things.size }, 'Goes on with what is in Redis')
      this.damaged = redis.damaged
      for (const id of journal.entries().keys()) if (!inRedis.things.has(id)) journal.delete(id)
      for (const [id, kept] of inRedis.things) journal.put(id, () => kept)
    } else {
      this.damaged = journal.damaged
      redis.replace(journal.entries())
    }
  }

  /** Things whose last change is in neither. */
  get unwritten(): number {
    return Math.min(this.#journal.unwritten, this.#redis.unwritten)
  }

  put(id: Id, read: () => Kept): void {
    if (this.#isSealed) return
    this.#changes++
    const once = readOnce(read)
    this.#journal.put(id, once)
    this.#redis.put(id, once)
  }

  delete(id: Id): void {
    if (this.#isSealed) return
    this.#changes++
    this.#journal.delete(id)
    this.#redis.delete(id)
  }

  seal(): void {
    this.#isSealed = true
    this.#journal.seal()
    this.#redis.seal()
  }

  async list(): Promise<readonly Kept[]> {
    return await this.#journal.list()
  }

  async flush(): Promise<void> {
    await Promise.all([this.#journal.flush(), this.#redis.flush()])
  }

  async close(): Promise<void> {
    await Promise.all([this.#journal.close(), this.#redis.close()])
  }
}

/** Of what neither says how new it is, such as an earlier version's, what is in Redis counts if there is anything. */
function isFurther<Id, Kept>({ things, stamp }: InRedis<Id, Kept>, here: Stamp | undefined): boolean {
  if (stamp === undefined && here === undefined) return things.size > 0
  return isNewer(stamp ?? NEVER, here ?? NEVER)
}

/** Both get the same, and it is made once. */
function readOnce<Kept>(read: () => Kept): () => Kept {
  let made: { readonly kept: Kept } | undefined
  return () => {
    made ??= { kept: read() }
    return made.kept
  }
}
