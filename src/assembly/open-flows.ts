import type { EventBus } from '../domain/event-bus.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import { FlowLibrary } from '../flow/library.ts'
import { keepFlowVersion, readLastFlowVersions } from '../records/flow-versions.ts'
import type { SpokenPrompts } from '../speech/spoken-prompts.ts'
import type { ServerDatabase } from '../store/server-database.ts'
import type { Closing } from './closing.ts'
import type { LiveCentre } from './live-centre.ts'
import { LiveFlows } from './live-flows.ts'
import { prepareAll } from './prepare-all.ts'

interface Around {
  readonly folder: string
  readonly live: LiveCentre
  readonly prompts: SpokenPrompts
  readonly database: ServerDatabase
  readonly publish: EventBus['publish']
  readonly clock: Clock
  readonly log: Log
  readonly closing: Closing
}

/** The flows of the folder, or the last good ones of the database for those that are broken; followed from now on. `prepare` makes their prompts ahead of time. */
export async function openFlows({ folder, live, prompts, database, publish, clock, log, closing }: Around) {
  const flows = new FlowLibrary()
  const liveFlows = new LiveFlows({
    ...{ folder, library: flows, centre: live.now, prompts, publish, clock, log },
    keep: (version) => keepFlowVersion(database, version),
    lastKept: () => readLastFlowVersions(database)
  })
  await liveFlows.load()
  if (liveFlows.lacksEarlier) await database.first('earlier flows', () => liveFlows.standIn())
  closing.add('watch over flows', liveFlows.watch())
  return { flows, liveFlows, prepare: () => prepareAll({ prompts, centre: live.centre, log }, flows, closing) }
}
