import type { QueueStatus } from '../../domain/queue.ts'

/** Which queues have news, and what was last told about each: `queue.changed` is told once for each change. */
export class QueueBoard {
  readonly #read: (queue: string) => QueueStatus | undefined
  readonly #touched = new Set<string>()
  readonly #told = new Map<string, QueueStatus>()

  constructor(read: (queue: string) => QueueStatus | undefined) {
    this.#read = read
  }

  touch(queues: Iterable<string>): void {
    for (const queue of queues) this.#touched.add(queue)
  }

  /** The figures that differ from those told before. */
  takeNews(): QueueStatus[] {
    const news: QueueStatus[] = []
    for (const queue of this.#touched) {
      const status = this.#read(queue)
      if (status === undefined || isSame(status, this.#told.get(queue))) continue
      this.#told.set(queue, status)
      news.push(status)
    }
    this.#touched.clear()
    return news
  }
}

function isSame(one: QueueStatus, other: QueueStatus | undefined): boolean {
  if (
    other === undefined ||
    one.waiting !== other.waiting ||
    one.callbacks !== other.callbacks ||
    one.oldestSince !== other.oldestSince
  )
    return false
  if (one.estimateMs !== other.estimateMs || one.estimateErrorMs !== other.estimateErrorMs) return false
  return one.loggedOn === other.loggedOn && one.ready === other.ready && one.talking === other.talking
}
