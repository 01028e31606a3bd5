type Listener<Value> = (value: Value) => void

/** Who wants to be told what. */
export class Listeners<Values extends object> {
  readonly #byName = new Map<keyof Values, Set<Listener<never>>>()

  /** Returns how to stop. */
  on<Name extends keyof Values>(name: Name, listener: Listener<Values[Name]>): () => void {
    const set = this.#byName.get(name) ?? new Set()
    this.#byName.set(name, set)
    // A wrapper of its own for each call, so that the same function may listen twice and stop once.
    const own: Listener<Values[Name]> = (value) => listener(value)
    set.add(own)
    return () => void set.delete(own)
  }

  tell<Name extends keyof Values>(name: Name, value: Values[Name]): void {
    for (const listener of [...(this.#byName.get(name) ?? [])] as Listener<Values[Name]>[]) {
      try {
        listener(value)
      } catch (error) {
        // A mistake of the listener's: nobody else pays for it, and it surfaces as any uncaught error does.
        queueMicrotask(() => {
          throw error
        })
      }
    }
  }
}
