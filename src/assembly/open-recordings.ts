import type { Publish } from '../domain/event-bus.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Database } from '../domain/ports/database.ts'
import type { HeldRecordings } from '../domain/ports/telephony.ts'
import { addRecording } from '../recordings/add-recording.ts'
import { RecordingStore } from '../recordings/recording-store.ts'
import { Voicemails } from '../recordings/voicemails.ts'

/** How often is looked after what could not be stored before. */
const TIDY_EVERY_MS = 30_000
const SWEEP_EVERY_MS = 3_600_000

export interface RecordingsAround {
  readonly folder: string
  readonly keepVoicemailMs: number
  /** Our ARI application. */
  readonly application: string
  readonly held: HeldRecordings
  readonly database: Database
  readonly clock: Clock
  readonly publish: Publish
  readonly log: Log
}

export interface OpenRecordings {
  readonly store: RecordingStore
  readonly voicemails: Voicemails
  /** Asterisk is there (again): looks for what was left in it. */
  look(): void
  close(): Promise<void>
}

/** Opens the store of recordings, and looks after it as long as the server runs. */
export function openRecordings(around: RecordingsAround): OpenRecordings {
  const { folder, keepVoicemailMs, application, held, database, clock, publish, log } = around
  const store = new RecordingStore({
    ...{ folder, heldBelow: application, held, publish, log },
    addRow: (recording) => addRecording(database, recording)
  })
  const voicemails = new Voicemails({ database, clock, publish, pathOf: (recording) => store.pathOf(recording) })

  const running = new Set<Promise<void>>()
  const run = (work: () => Promise<void>, fault: string) => {
    const doing = work()
      .catch((err: unknown) => log.warn({ err }, fault))
      .finally(() => running.delete(doing))
    running.add(doing)
  }
  const look = () => run(() => store.tidy(), 'Recordings could not be looked after')
  const sweep = () =>
    run(async () => {
      const removed = await voicemails.sweep(keepVoicemailMs)
      if (removed > 0) log.info({ removed }, 'Old messages were deleted')
    }, 'Old messages could not be deleted')

  const timers = [setInterval(look, TIDY_EVERY_MS), setInterval(sweep, SWEEP_EVERY_MS)]
  sweep()
  return {
    store,
    voicemails,
    look,
    async close() {
      for (const timer of timers) clearInterval(timer)
      await Promise.all(running)
    }
  }
}
