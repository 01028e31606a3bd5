/** A caller's stay in a queue, as a supervisor can end it. */
export class StayControl {
  readonly queue: string
  /** Resolves when somebody withdraws the caller; else never. */
  readonly withdrawn: Promise<'withdrawn'>
  #by = ''
  #end: () => void = () => {}

  constructor(queue: string) {
    this.queue = queue
    this.withdrawn = new Promise((resolve) => {
      this.#end = () => resolve('withdrawn')
    })
  }

  /** Who withdrew the caller; the first counts. */
  get by(): string {
    return this.#by
  }

  withdraw(by: string): void {
    this.#by ||= by
    this.#end()
  }
}
