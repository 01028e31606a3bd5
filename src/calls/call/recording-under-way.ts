import { Either } from '../../domain/abort.ts'
import type { AgentId, RecordingId } from '../../domain/ids.ts'
import type { KeptRecording } from '../../domain/kept-call.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { DeskProblem, DeskResult } from '../../domain/ports/desk.ts'
import type { ExpectedRecording, Pause, RecordedBy, RecordingCause, TalkFacts } from '../../domain/recording.ts'
import { untilAborted } from '../../domain/until-aborted.ts'
import { within } from '../../domain/within.ts'
import { done } from './desk-result.ts'
import type { CallsOffice } from './office.ts'
import type { RecordedCall } from './recorded-call.ts'
import { RecordedSide } from './recorded-side.ts'

/** A channel that ends takes the recording of it along; which of the two is told first is chance. */
const WHO_ENDED_LIMIT_MS = 1_000

/** One recording of a call, from its first sample to its last: two sides that begin at once, with silences where nothing is to be kept. */
export class RecordingUnderWay {
  readonly #id: RecordingId
  readonly #sides: readonly RecordedSide[]
  readonly #call: RecordedCall
  readonly #office: CallsOffice
  readonly #since: number
  readonly #pausedFor = new Set<'desk' | 'secret'>()
  #pauses: readonly Pause[] = []
  #talk: TalkFacts
  /** Resolves when it ends by itself, while the caller is still there. */
  readonly broken: Promise<void>

  private constructor(
    expected: Pick<ExpectedRecording, 'id'>,
    talk: TalkFacts,
    sides: readonly RecordedSide[],
    call: RecordedCall,
    office: CallsOffice,
    since = office.clock.now()
  ) {
    this.#id = expected.id
    this.#talk = talk
    this.#sides = sides
    this.#call = call
    this.#office = office
    this.#since = since
    this.broken = this.#untilBroken()
  }

  /** Begins it, or tells why it cannot be: as a fact, and in the log. What there is of it by then is kept. */
  static async begin(
    expected: ExpectedRecording & { readonly talk: TalkFacts },
    call: RecordedCall,
    office: CallsOffice
  ): Promise<RecordingUnderWay | DeskProblem> {
    const { id, talk } = expected
    const { recordings, log } = office
    const failed = (problem: unknown): DeskProblem => {
      log.error({ callId: call.callId, recordingId: id, problem }, 'A call cannot be recorded; it goes on')
      call.publish({ type: 'recording.stopped', recordingId: id, cause: 'failed', by: talk.startedBy })
      return 'RECORDING_FAILED'
    }
    let names: readonly string[]
    try {
      names = await recordings.expect(expected, 0)
    } catch (error) {
      return failed(error)
    }
    const opened = await Promise.all(
      names.map((name, n) => RecordedSide.open(name, call.channel.id, n === 0 ? 'said' : 'heard', office))
    )
    const sides = opened.map(({ side }) => side)
    let outcomes: readonly Outcome[] = opened.map(({ outcome }) => outcome)
    // Both are there before either begins, so that they begin together.
    if (outcomes.every(({ ok }) => ok)) outcomes = await Promise.all(sides.map((side) => side.begin()))
    const problem = outcomes.find(({ ok }) => !ok)
    if (problem === undefined) {
      call.publish({ type: 'recording.started', recordingId: id, by: talk.startedBy })
      return new RecordingUnderWay(expected, talk, sides, call, office)
    }
    await Promise.all(sides.map((side) => side.close()))
    recordings.keepSoon(id)
    return isGone(problem) && (await endsNow(call, office)) ? 'CALL_UNKNOWN' : failed(problem)
  }

  /** Goes on with one that an earlier process began. */
  static left(kept: KeptRecording, call: RecordedCall, office: CallsOffice): RecordingUnderWay {
    const { id, agents, startedBy, pauses, pausedFor, since } = kept
    const sides = kept.sides.map((side) => RecordedSide.left(side, office))
    const recording = new RecordingUnderWay({ id }, { agents, startedBy, pauses }, sides, call, office, since)
    recording.#pauses = pauses
    for (const reason of pausedFor) recording.#pausedFor.add(reason)
    // Nobody ends it as one that was left behind.
    office.recordings.goOn(id)
    return recording
  }

  /** As the next process needs it. */
  kept(): Omit<KeptRecording, 'untilEnd'> {
    const { agents, startedBy } = this.#talk
    const sides = this.#sides.map(({ name, channelId }) => ({ name, channelId }))
    return { id: this.#id, since: this.#since, startedBy, agents, pauses: this.#pauses, pausedFor: [...this.#pausedFor], sides }
  }

  get startedBy(): RecordedBy {
    return this.#talk.startedBy
  }

  /** Begins or ends a pause for that reason; it is one pause as long as there is any. */
  async pause(reason: 'desk' | 'secret', on: boolean, by: RecordedBy): Promise<DeskResult> {
    const wasPaused = this.#pausedFor.size > 0
    // A desk does not listen to a secret.
    if (!on && reason === 'desk' && this.#pausedFor.has('secret')) return { ok: false, code: 'RECORDING_NOT_ALLOWED' }
    if (on) this.#pausedFor.add(reason)
    else this.#pausedFor.delete(reason)
    const isPaused = this.#pausedFor.size > 0
    if (isPaused === wasPaused) return done

    const at = this.#office.clock.now() - this.#since
    this.#pauses = isPaused
      ? [...this.#pauses, { from: at }]
      : this.#pauses.map((pause) => (pause.to === undefined ? { ...pause, to: at } : pause))
    // Silence comes to the file by both ways: Asterisk writes it, and what was noted is silenced once more when the file is taken over.
    const [outcomes, noted] = await Promise.all([
      Promise.all(this.#sides.map((side) => side.mute(isPaused))),
      this.#note({ pauses: this.#pauses })
    ])
    this.#call.publish({ type: isPaused ? 'recording.paused' : 'recording.resumed', recordingId: this.#id, by })
    const problem = outcomes.find((outcome) => !outcome.ok && outcome.problem !== 'gone')
    if (problem === undefined) return done
    this.#office.log.error(
      { callId: this.#call.callId, recordingId: this.#id, problem, isPaused, noted },
      'Asterisk did not take the pause of a recording'
    )
    return { ok: false, code: 'ASTERISK_UNAVAILABLE' }
  }

  /** An agent has come into the talk. */
  async joinedBy(agent: AgentId): Promise<void> {
    if (!this.#talk.agents.includes(agent)) await this.#note({ agents: [...this.#talk.agents, agent] })
  }

  /** Ends it, tells so, and gives what was recorded to be taken over. */
  async end(cause: RecordingCause, by?: RecordedBy): Promise<void> {
    const at = this.#office.clock.now() - this.#since
    await Promise.all(this.#sides.map((side) => side.close()))
    const pauses = this.#pauses.map((pause) => (pause.to === undefined ? { ...pause, to: at } : pause))
    await this.#note({ cause, pauses })
    if (cause === 'failed')
      this.#office.log.error({ callId: this.#call.callId, recordingId: this.#id }, 'A recording broke off; the call goes on')
    this.#call.publish({ type: 'recording.stopped', recordingId: this.#id, cause, ...(by !== undefined && { by }) })
    this.#office.recordings.keepSoon(this.#id)
  }

  /** False when it could not be written down, which is in the log then. */
  async #note(change: Partial<TalkFacts>): Promise<boolean> {
    this.#talk = { ...this.#talk, ...change }
    try {
      await this.#office.recordings.note(this.#id, this.#talk)
      return true
    } catch (err) {
      this.#office.log.error(
        { err, callId: this.#call.callId, recordingId: this.#id },
        'What is known of a recording could not be written down'
      )
      return false
    }
  }

  async #untilBroken(): Promise<void> {
    await Promise.race(this.#sides.map((side) => side.finished))
    const ended = await endsNow(this.#call, this.#office)
    // Whoever ends the call ends its recording.
    if (ended) await new Promise<never>(() => undefined)
  }
}

function isGone(outcome: Outcome): boolean {
  return !outcome.ok && outcome.problem === 'gone'
}

/** Whether what has just happened to a recording, or to its channels, is the end of the call. */
async function endsNow({ signal }: RecordedCall, { clock }: CallsOffice): Promise<boolean> {
  const ended = await within(WHO_ENDED_LIMIT_MS, clock, (limit) =>
    untilAborted(new Either(signal, limit)).catch((reason: unknown) => {
      if (signal.aborted) return true
      throw reason
    })
  )
  return ended ?? false
}
