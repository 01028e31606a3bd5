import type { CallFigures } from './call-tally.ts'
import { type Estimate, estimate } from './estimate.ts'
import type { NewCore } from './new-core.ts'
import { Random } from './random.ts'
import { Replication, type ReplicationFigures } from './replication.ts'
import type { Scenario } from './scenario.ts'

export type CallEstimates = { readonly [Figure in keyof CallFigures]: Estimate | undefined }

/** What a centre would do. Times in milliseconds, shares from 0 to 1; undefined where no call could tell. */
export interface CentreEstimates {
  readonly calls: ReadonlyMap<string, CallEstimates>
  /** All calls together, each judged by the target of its kind. */
  readonly all: CallEstimates
  readonly occupancy: ReadonlyMap<string, Estimate | undefined>
}

/** Runs independent replications of a centre. The same scenario gives the same figures; one with the same seed meets the same callers. */
export function simulateCentre(scenario: Scenario, newCore?: NewCore): CentreEstimates {
  const random = Random.seeded(scenario.seed)
  const runs: ReplicationFigures[] = []
  for (let run = 0; run < scenario.replications; run++) runs.push(new Replication(scenario, random.family(), newCore).run())

  const over = (value: (run: ReplicationFigures) => number | undefined) => estimate(runs.map(value), scenario.confidence)
  const ofCalls = (figures: (run: ReplicationFigures) => CallFigures | undefined): CallEstimates => {
    const figure = (key: keyof CallFigures) => over((run) => figures(run)?.[key])
    return {
      offered: figure('offered'),
      blocked: figure('blocked'),
      serviceLevel: figure('serviceLevel'),
      answerMs: figure('answerMs'),
      waitMs: figure('waitMs'),
      delayed: figure('delayed'),
      abandoned: figure('abandoned'),
      timedOut: figure('timedOut'),
      queueLength: figure('queueLength')
    }
  }
  return {
    calls: new Map(scenario.calls.map(({ name }, index) => [name, ofCalls((run) => run.calls[index])])),
    all: ofCalls((run) => run.all),
    occupancy: new Map(scenario.groups.map(({ name }, index) => [name, over((run) => run.occupancy[index])]))
  }
}
