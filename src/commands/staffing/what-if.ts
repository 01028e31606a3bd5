import { AppError } from '../../domain/errors.ts'
import type { Scenario } from '../../staffing/scenario.ts'

export interface Changes {
  /** `group=12` */
  readonly agents: readonly string[]
  /** `calls*1.2` */
  readonly arrivals: readonly string[]
  readonly replications?: number
  readonly seed?: number
}

/** The same scenario with other numbers, as the options of the command have them. */
export function whatIf(scenario: Scenario, { agents, arrivals, replications, seed }: Changes): Scenario {
  const counts = new Map(agents.map((text) => read(text, /^([^=]+)=(\d{1,5})$/, 'GROUP=COUNT, such as cards=12')))
  const factors = new Map(arrivals.map((text) => read(text, /^([^*]+)\*(\d{1,4}(?:\.\d+)?)$/, 'CALLS*FACTOR, such as cards*1.2')))
  expectKnown([...counts.keys()], scenario.groups, 'group')
  expectKnown([...factors.keys()], scenario.calls, 'kind of calls')
  return {
    ...scenario,
    groups: scenario.groups.map((group) => ({ ...group, count: counts.get(group.name) ?? group.count })),
    calls: scenario.calls.map((kind) => {
      const factor = factors.get(kind.name) ?? 1
      return { ...kind, arrivals: kind.arrivals.map(({ untilMs, perMs }) => ({ untilMs, perMs: perMs * factor })) }
    }),
    replications: replications ?? scenario.replications,
    seed: seed ?? scenario.seed
  }
}

/** Faults when a name is not one of those, and says which there are. */
export function expectKnown(names: readonly string[], known: readonly { readonly name: string }[], what: string): void {
  const unknown = names.filter((name) => !known.some((each) => each.name === name))
  if (unknown.length === 0) return
  const problems = unknown.map((name) => `there is no ${what} "${name}"; there are ${known.map((each) => each.name).join(', ')}`)
  throw new AppError('OPTION_UNREADABLE', 'client', 'An option names something that is not there', { details: { problems } })
}

function read(text: string, form: RegExp, expected: string): [string, number] {
  const [, name, value] = form.exec(text) ?? []
  if (name === undefined) {
    throw new AppError('OPTION_UNREADABLE', 'client', 'An option cannot be read', {
      details: { problems: [`expected ${expected}, found "${text}"`] }
    })
  }
  return [name, Number(value)]
}
