import type { Flow } from './flow.ts'
import type { Flows } from './flow-world.ts'

interface Index {
  readonly byName: ReadonlyMap<string, Flow>
  readonly exact: ReadonlyMap<string, Flow>
  /** Without their `*`, longest first. */
  readonly patterns: readonly { readonly prefix: string; readonly flow: Flow }[]
}

/** The live flows. A replacement is seen by the next call; calls in progress keep the Flow they began with. */
export class FlowLibrary implements Flows {
  #index: Index

  constructor(index: Index = indexOf([])) {
    this.#index = index
  }

  /** All at once: nobody ever sees some old and some new. */
  replaceAll(flows: readonly Flow[]): void {
    this.#index = indexOf(flows)
  }

  byNumber(number: string): Flow | undefined {
    const { exact, patterns } = this.#index
    return exact.get(number) ?? patterns.find(({ prefix }) => number.startsWith(prefix))?.flow
  }

  byName(name: string): Flow | undefined {
    return this.#index.byName.get(name)
  }

  asOfNow(): Flows {
    return new FlowLibrary(this.#index)
  }

  list(): readonly Flow[] {
    return [...this.#index.byName.values()]
  }
}

function indexOf(flows: readonly Flow[]): Index {
  const numbered = flows.flatMap((flow) => flow.numbers.map((number) => ({ number, flow })))
  return {
    byName: new Map(flows.map((flow) => [flow.name, flow])),
    exact: new Map(numbered.filter(({ number }) => !number.endsWith('*')).map(({ number, flow }) => [number, flow])),
    patterns: numbered
      .filter(({ number }) => number.endsWith('*'))
      .map(({ number, flow }) => ({ prefix: number.slice(0, -1), flow }))
      .sort((a, b) => b.prefix.length - a.prefix.length)
  }
}
