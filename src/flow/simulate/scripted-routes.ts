import type { Signal } from '../../domain/abort.ts'
import type { Centre } from '../../domain/centre.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { RouteAnswer, RouteQuestion, Routes } from '../../domain/ports/routes.ts'
import { routeProblem } from '../../domain/route-problem.ts'
import type { Flows } from '../flow-world.ts'
import type { CallScript } from './call-script.ts'
import type { Journal } from './journal.ts'

interface RoutesAround {
  readonly clock: Clock
  readonly script: Pick<CallScript, 'route'>
  readonly journal: Journal
  readonly centre: Centre
  readonly flows: Flows
}

/** An application that decides routes by a script, in virtual time. What it says is checked as that of a real one. */
export class ScriptedRoutes implements Routes {
  readonly #around: RoutesAround

  constructor(around: RoutesAround) {
    this.#around = around
  }

  async ask(question: RouteQuestion, signal: Signal): Promise<RouteAnswer> {
    const { clock, script, journal, centre, flows } = this.#around
    journal.add({ kind: 'route', app: question.app })
    const { afterMs, value } = await script.route(question)
    const late = afterMs >= question.deadlineMs || (value.exit === 'default' && value.why === 'timed-out')
    await clock.sleep(late ? question.deadlineMs : afterMs, signal)
    if (late) return { exit: 'default', why: 'timed-out' }
    if (value.exit === 'default') return value
    const isOwnNumber = (number: string) => flows.byNumber(number) !== undefined
    return routeProblem(value, centre, isOwnNumber) === undefined ? value : { exit: 'default', why: 'invalid' }
  }
}
