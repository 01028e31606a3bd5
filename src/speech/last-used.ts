/** What was made for the last so many keys; the one not asked for the longest is forgotten first. */
export class LastUsed<Value> {
  readonly #most: number
  /** In the order of their last use. */
  readonly #values = new Map<string, Value>()

  constructor(most: number) {
    this.#most = most
  }

  get(key: string, make: () => Value): Value {
    const value = this.#values.get(key) ?? make()
    this.#values.delete(key)
    this.#values.set(key, value)
    if (this.#values.size > this.#most) this.#values.delete(this.#values.keys().next().value ?? key)
    return value
  }
}
