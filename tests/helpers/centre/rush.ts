import type { TestCaller } from '../phones/test-caller.ts'
import { until } from '../until.ts'
import type { Centre } from './centre.ts'

/** Callers who all came at once, by what became of them. */
export interface Rush {
  readonly served: readonly TestCaller[]
  readonly refused: readonly TestCaller[]
  /** Who hears words without an answer. */
  readonly told: readonly TestCaller[]
  /** From the call to the refusal, of the last to know. */
  readonly slowestRefusalMs: number
  hangUp(): void
}

/** So many callers of that number at once. Resolves when each of them knows. */
export async function rush(centre: Centre, number: string, count: number): Promise<Rush> {
  const crowd = await Promise.all(Array.from({ length: count }, () => centre.call(number)))
  await until(() => crowd.every((one) => fateOf(one) !== undefined), {
    ms: 10_000,
    what: () => `each of the crowd knows (${crowd.map((one) => fateOf(one) ?? one.statuses.join(' ')).join(', ')})`
  })
  const those = (fate: Fate) => crowd.filter((one) => fateOf(one) === fate)
  const refused = those('refused')
  return {
    served: those('served'),
    refused,
    told: those('told'),
    slowestRefusalMs: Math.max(...refused.map(({ calledAt, endedAt = Number.NaN }) => endedAt - calledAt)),
    hangUp() {
      for (const one of crowd) one.hangup()
    }
  }
}

type Fate = 'served' | 'refused' | 'told'

function fateOf({ answeredAt, endedBy, ear }: TestCaller): Fate | undefined {
  if (answeredAt !== undefined) return 'served'
  if (endedBy === 'server') return 'refused'
  return ear.soundMs() > 0 ? 'told' : undefined
}
