import type { AgentState } from '../domain/agent.ts'

export interface Staff {
  readonly loggedOn: number
  readonly ready: number
  readonly talking: number
  /** Taking calls: ready, or with one. */
  readonly atWork: number
}

/** How many agents each queue has, counted as they move: nobody is ever counted anew. */
export class Staffing {
  readonly #staff = new Map<string, { loggedOn: number; ready: number; talking: number; atWork: number }>()

  /** An agent of these queues went from one state to another. */
  moved(queues: readonly string[], from: AgentState, to: AgentState): void {
    for (const queue of queues) {
      const staff = this.#staff.get(queue) ?? { loggedOn: 0, ready: 0, talking: 0, atWork: 0 }
      this.#staff.set(queue, staff)
      staff.loggedOn += Number(to !== 'loggedOff') - Number(from !== 'loggedOff')
      staff.ready += Number(to === 'ready') - Number(from === 'ready')
      staff.talking += Number(to === 'busy') - Number(from === 'busy')
      staff.atWork += Number(isAtWork(to)) - Number(isAtWork(from))
    }
  }

  of(queue: string): Staff {
    const { loggedOn, ready, talking, atWork } = this.#staff.get(queue) ?? { loggedOn: 0, ready: 0, talking: 0, atWork: 0 }
    return { loggedOn, ready, talking, atWork }
  }
}

function isAtWork(state: AgentState): boolean {
  return state !== 'loggedOff' && state !== 'notReady'
}
