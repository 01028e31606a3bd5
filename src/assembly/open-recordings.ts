import type { Centre } from '../domain/centre.ts'
import type { Publish } from '../domain/event-bus.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Database } from '../domain/ports/database.ts'
import type { HeldRecordings } from '../domain/ports/telephony.ts'
import { addRecording } from '../recordings/add-recording.ts'
import { RecordingKeys } from '../recordings/recording-keys.ts'
import { RecordingStore } from '../recordings/recording-store.ts'
import { Talks } from '../recordings/talks.ts'
import { Voicemails } from '../recordings/voicemails.ts'

/** How often is looked after what could not be stored before. */
const TIDY_EVERY_MS = 30_000
const SWEEP_EVERY_MS = 3_600_000

export interface RecordingsAround {
  readonly folder: string
  /** What recordings are sealed with; undefined: not at all. */
  readonly keys: string | undefined
  /** As it is now. */
  readonly centre: Centre
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
  readonly talks: Talks
  /** Asterisk is there (again): looks for what was left in it. */
  look(): void
  close(): Promise<void>
}

/** Opens the store of recordings, and looks after it as long as the server runs. */
export function openRecordings(around: RecordingsAround): OpenRecordings {
  const { folder, centre, application, held, database, clock, publish, log } = around
  const keys = new RecordingKeys(around.keys)
  if (keys.current === undefined) log.warn({ folder }, 'RECORDINGS_KEY is not set: recordings are stored plain')
  const store = new RecordingStore({
    ...{ folder, heldBelow: application, held, keys, publish, log },
    addRow: (recording) => addRecording(database, recording)
  })
  const voicemails = new Voicemails({ database, clock, publish, files: store })
  const talks = new Talks({ database, clock, publish, files: store })

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
      const { recording: rules, queues } = centre
      if (rules === undefined) return
      const own = [...queues.values()].flatMap(({ name, keepTalksMs: ms }) => (ms === undefined ? [] : [[name, ms] as const]))
      const messages = await voicemails.sweep({ keepMs: rules.keepVoicemailMs, byQueue: new Map() })
      const removed = await talks.sweep({ keepMs: rules.keepTalksMs, byQueue: new Map(own) })
      if (messages + removed > 0) log.info({ messages, talks: removed }, 'Old recordings were deleted')
    }, 'Old recordings could not be deleted')

  const timers = [setInterval(look, TIDY_EVERY_MS), setInterval(sweep, SWEEP_EVERY_MS)]
  sweep()
  return {
    store,
    voicemails,
    talks,
    look,
    async close() {
      for (const timer of timers) clearInterval(timer)
      store.leaveOff()
      await Promise.all([...running, store.settled()])
    }
  }
}
