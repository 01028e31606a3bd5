import { toCustomers, toUsers } from '../config/build-centre.ts'
import type { Config } from '../config/load-config.ts'
import { seedCustomers } from '../customers/seed-customers.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Database } from '../domain/ports/database.ts'
import { keepConfigurationVersion } from '../records/configuration-versions.ts'
import { applyCentre, type RunningCentre } from './apply-centre.ts'
import { checkWebhooks } from './check-webhooks.ts'
import { centreUntilRestart, LiveConfiguration } from './live-configuration.ts'

interface Around {
  readonly config: Config
  readonly database: Database
  /** The rooms that follow a changed centre; asked for when there is one. */
  readonly running: () => RunningCentre
  readonly clock: Clock
  readonly log: Log
}

/** The centre's file as it is live: whoever changes it changes the running rooms, and its versions are kept in the database. */
export function openConfiguration({ config, database, running, clock, log }: Around): LiveConfiguration {
  return new LiveConfiguration({
    path: config.environment.CONFIG,
    source: config.configuration.source,
    read: (text) => {
      const file = config.configuration.read(text)
      const next = centreUntilRestart(file, config.centre)
      checkWebhooks(next, config.webhookSecret)
      return { file, centre: next }
    },
    apply: (next, file) => applyCentre(next, { users: toUsers(file), customers: toCustomers(file) }, running()),
    keep: async (version) => {
      // Here, as it is tried again until the database has it.
      await seedCustomers(database, toCustomers(config.configuration.read(version.source)))
      return await keepConfigurationVersion(database, version)
    },
    ...{ clock, log }
  })
}
