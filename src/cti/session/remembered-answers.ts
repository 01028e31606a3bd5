interface Remembered {
  readonly request: string
  readonly text: Promise<string>
  /** Characters; 0 until it is known. */
  length: number
}

const ANSWERS_MAX = 1_000
/** Characters of a longer answer: it tells how things are, and may be asked for again. What commands answer is short. */
const LONG = 1_024
/** Characters of all of them. */
const LENGTH_MAX = 500_000

/** What a session remembers of requests, as texts: the same id with the same words gets the same answer. The oldest give way, long ones first. */
export class RememberedAnswers {
  readonly #answers = new Map<string | number, Remembered>()
  #length = 0

  get(id: string | number, request: string): Promise<string> | undefined {
    const known = this.#answers.get(id)
    return known?.request === request ? known.text : undefined
  }

  set(id: string | number, request: string, text: Promise<string>): void {
    this.#forget(id)
    const remembered: Remembered = { request, text, length: 0 }
    this.#answers.set(id, remembered)
    if (this.#answers.size > ANSWERS_MAX) this.#forgetFirst(() => true)
    void text.then(({ length }) => {
      if (this.#answers.get(id) !== remembered) return
      remembered.length = length
      this.#length += length
      while (this.#length > LENGTH_MAX && this.#forgetFirst((one) => one.length > LONG));
    })
  }

  clear(): void {
    this.#answers.clear()
    this.#length = 0
  }

  #forgetFirst(which: (one: Remembered) => boolean): boolean {
    for (const [id, one] of this.#answers) {
      if (!which(one)) continue
      this.#forget(id)
      return true
    }
    return false
  }

  #forget(id: string | number): void {
    this.#length -= this.#answers.get(id)?.length ?? 0
    this.#answers.delete(id)
  }
}
