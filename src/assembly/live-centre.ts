import type { Centre } from '../domain/centre.ts'

/** The centre as it is now. Rooms hold `centre`, ask it anew for each thing, and so see what was applied last. */
export class LiveCentre {
  readonly centre: Centre
  #now: Centre

  constructor(first: Centre) {
    this.#now = first
    this.centre = new Proxy({} as Centre, {
      get: (_, name) => Reflect.get(this.#now, name),
      has: (_, name) => Reflect.has(this.#now, name),
      ownKeys: () => Reflect.ownKeys(this.#now),
      getOwnPropertyDescriptor: (_, name) => {
        const found = Reflect.getOwnPropertyDescriptor(this.#now, name)
        return found && { ...found, configurable: true }
      }
    })
  }

  /** What was applied last, which never changes by itself. */
  get now(): Centre {
    return this.#now
  }

  replace(next: Centre): void {
    this.#now = next
  }
}
