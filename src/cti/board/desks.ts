/** Which agents have a desk: at least one connection that is open. */
export class Desks {
  readonly #connections = new Map<string, number>()
  readonly #onChange: (agentId: string, connected: boolean) => void

  /** `onChange` is told of the first connection of an agent, and when the last one is gone. */
  constructor(onChange: (agentId: string, connected: boolean) => void) {
    this.#onChange = onChange
  }

  /** A connection of that agent has opened. Dispose it when it is closed. */
  open(agentId: string): Disposable {
    let open = true
    this.#count(agentId, 1)
    return {
      [Symbol.dispose]: () => {
        if (open) this.#count(agentId, -1)
        open = false
      }
    }
  }

  #count(agentId: string, change: 1 | -1): void {
    const before = this.#connections.get(agentId) ?? 0
    const after = before + change
    if (after === 0) this.#connections.delete(agentId)
    else this.#connections.set(agentId, after)
    if ((before === 0) !== (after === 0)) this.#onChange(agentId, after > 0)
  }
}
