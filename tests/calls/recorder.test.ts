import t from 'tap'
import type { AgentId, RecordingId } from '../../src/domain/ids.ts'
import type { Recordings } from '../../src/domain/ports/recordings.ts'
import type { ExpectedRecording } from '../../src/domain/recording.ts'
import type { ScriptedChannel } from '../helpers/asterisk/scripted-telephony.ts'
import { TalkCentre, talkCentreSettings } from '../helpers/centre/talk-centre.ts'

// What becomes of calls, and of what was recorded of them, when recording fails: Asterisk cannot write or does not answer, or we cannot write.

const A = '1001' as AgentId
const diskFull = Object.assign(new Error('No space left on device'), { code: 'ENOSPC' })

/** Two sides of each, kept in memory. `isFull`: nothing can be written down. */
class MemoryRecordings implements Recordings {
  readonly expected = new Map<string, ExpectedRecording>()
  readonly kept: RecordingId[] = []
  isFull = false

  async expect(recording: ExpectedRecording): Promise<readonly string[]> {
    if (this.isFull) throw diskFull
    this.expected.set(recording.id, recording)
    return [`${recording.id}/said`, `${recording.id}/heard`]
  }

  async note(id: RecordingId, talk: NonNullable<ExpectedRecording['talk']>): Promise<void> {
    if (this.isFull) throw diskFull
    const known = this.expected.get(id)
    if (known !== undefined) this.expected.set(id, { ...known, talk })
  }

  keepSoon(id: RecordingId): void {
    this.kept.push(id)
  }

  goOn(): void {}

  async keep(): Promise<undefined> {}

  async forget(): Promise<void> {}
}

/** A centre that records every talk. */
async function recordedTalk() {
  const recordings = new MemoryRecordings()
  const queues = new Map([...talkCentreSettings.queues].map(([name, one]) => [name, { ...one, record: 'always' as const }]))
  const centre = new TalkCentre({ settings: { ...talkCentreSettings, queues }, recordings })
  const begin = async () => {
    const talk = await centre.talk()
    await centre.pass(100)
    return talk
  }
  return { centre, recordings, begin }
}

const sidesOf = (caller: ScriptedChannel) => [...caller.snoops].filter(({ isHere }) => isHere)
const stopsOf = (centre: TalkCentre) =>
  centre.told('recording.stopped').map(({ recordingId, cause, by }) => ({ recordingId, cause, by }))
const talking = { 'caller-1': ['1001'], '1001': ['caller-1'] }

t.test(
  'Asterisk cannot write any more: the talk goes on, it is told, what there is is kept; the next agent is recorded anew',
  async (t) => {
    const { centre, recordings, begin } = await recordedTalk()
    const { caller, callId } = await begin()
    const [started] = centre.told('recording.started')
    t.match(started, { by: 'rule' })
    const [said, heard] = sidesOf(caller)
    const commands = centre.telephony.commands.length
    said?.endRecording()
    await centre.pass(2000)
    t.match(stopsOf(centre), [{ recordingId: started?.recordingId, cause: 'failed', by: undefined }])
    t.same(recordings.kept, [started?.recordingId], 'what was recorded')
    t.match(recordings.expected.get(started?.recordingId ?? ''), { talk: { cause: 'failed', agents: ['1001'] } })
    t.notOk(said?.isHere || heard?.isHere, 'both sides have ended')
    t.match(centre.hearing(), talking)
    t.same(
      centre.telephony.commands.slice(commands).filter(({ channel }) => channel === 'caller-1' || channel === '1001'),
      [],
      'caller and agent were left alone'
    )
    t.match(centre.log.lines, [{ level: 'error', message: 'A recording broke off; the call goes on', fields: { callId } }])
    t.match(await centre.desk.record(callId, 'stop', '2001'), { ok: false, code: 'NOT_RECORDING' })

    t.ok((await centre.desk.singleStepTransfer(callId, A, { kind: 'agent', agentId: '1002' })).ok)
    await centre.pass(100)
    centre.pickUp('1002')
    await centre.pass(100)
    t.equal(centre.told('recording.started').length, 2, 'the rule holds for the next agent')
    caller.leave()
    await centre.pass(3000)
    t.same(
      stopsOf(centre).map(({ cause }) => cause),
      ['failed', 'talk-over']
    )
    t.equal(recordings.kept.length, 2)
    t.same(Object.keys(centre.left()), ['faults'])
  }
)

t.test('a desk begins it again once there is room', async (t) => {
  const { centre, recordings, begin } = await recordedTalk()
  const { caller, callId } = await begin()
  for (const side of sidesOf(caller)) side.endRecording()
  await centre.pass(2000)
  t.equal(stopsOf(centre).length, 1, 'both sides ended, and it is told once')
  t.ok((await centre.desk.record(callId, 'start', '1001')).ok)
  t.match(centre.told('recording.started')[1], { by: '1001' })
  t.match(await centre.desk.record(callId, 'stop', '1001'), { ok: true }, 'what an agent has begun they may end')
  t.match(stopsOf(centre)[1], { cause: 'stopped', by: '1001' })
  t.equal(recordings.kept.length, 2)
  caller.leave()
  await centre.pass(3000)
})

t.test('a caller who hangs up takes the recording along, whichever is told first', async (t) => {
  const { centre, recordings, begin } = await recordedTalk()
  const { caller } = await begin()
  sidesOf(caller)[0]?.endRecording()
  await centre.pass(500)
  caller.leave()
  await centre.pass(3000)
  t.same(
    stopsOf(centre).map(({ cause }) => cause),
    ['talk-over']
  )
  t.equal(recordings.kept.length, 1)
  t.same(centre.left(), {})
})

t.test('nothing can be stored: it is told that the talk is not recorded, and the talk goes on', async (t) => {
  const { centre, recordings, begin } = await recordedTalk()
  recordings.isFull = true
  const { caller, callId } = await begin()
  t.same(centre.told('recording.started'), [])
  t.match(stopsOf(centre), [{ cause: 'failed', by: 'rule' }])
  t.same(centre.hearing(), talking)
  t.same(sidesOf(caller), [], 'no side was begun')
  t.match(await centre.desk.record(callId, 'start', '1001'), { ok: false, code: 'RECORDING_FAILED' })
  t.match(stopsOf(centre)[1], { cause: 'failed', by: '1001' })
  recordings.isFull = false
  t.ok((await centre.desk.record(callId, 'start', '1001')).ok)
  t.match(centre.hearing(), talking)
  caller.leave()
  await centre.pass(3000)
  t.equal(recordings.kept.length, 1)
})

t.test('Asterisk takes one side and not the other: neither is recorded, and none is left', async (t) => {
  for (const fails of ['createSnoop', 'startRecording']) {
    const { centre, recordings, begin } = await recordedTalk()
    let times = 0
    centre.telephony.fails = ({ name }) => (name === fails && ++times === 2 ? 'refused' : undefined)
    const { caller } = await begin()
    t.match(stopsOf(centre), [{ cause: 'failed', by: 'rule' }], fails)
    t.same(centre.told('recording.started'), [])
    t.same(sidesOf(caller), [])
    t.same(centre.hearing(), talking)
    t.equal(recordings.kept.length, 1, 'what there may be of it is looked for')
    caller.leave()
    await centre.pass(3000)
    t.same(Object.keys(centre.left()), ['faults'])
  }
})

for (const fails of ['createSnoop', 'startRecording'])
  t.test(`a caller who is gone before it begins (${fails}) is no fault; one who stays is`, async (t) => {
    for (const leaves of [true, false]) {
      const { centre, recordings, begin } = await recordedTalk()
      centre.telephony.fails = ({ name }) => (name === fails ? 'gone' : undefined)
      const { caller } = await begin()
      await centre.pass(300)
      if (leaves) caller.leave()
      await centre.pass(3000)
      t.match(stopsOf(centre), leaves ? [] : [{ cause: 'failed', by: 'rule' }])
      t.same(
        centre.log.lines.map(({ message }) => message),
        leaves ? [] : ['A call cannot be recorded; it goes on']
      )
      t.equal(recordings.kept.length, 1, 'what there may be of it is looked for')
      if (leaves) t.same(centre.left(), {})
    }
  })

t.test('what is known of it cannot be written down: pauses hold all the same, and it is kept', async (t) => {
  const { centre, recordings, begin } = await recordedTalk()
  const { caller, callId } = await begin()
  recordings.isFull = true
  t.ok((await centre.desk.record(callId, 'pause', '1001')).ok)
  t.same(
    sidesOf(caller).map(({ recording }) => recording?.muted),
    [true, true],
    'Asterisk writes silence'
  )
  t.equal(centre.told('recording.paused').length, 1)
  t.ok((await centre.desk.record(callId, 'resume', '1001')).ok)
  t.same(
    sidesOf(caller).map(({ recording }) => recording?.muted),
    [false, false]
  )
  caller.leave()
  await centre.pass(3000)
  t.match(stopsOf(centre), [{ cause: 'talk-over' }])
  t.equal(recordings.kept.length, 1)
  t.ok(centre.log.lines.every(({ message }) => message === 'What is known of a recording could not be written down'))
})

const afterHours = `
flow: hotline
numbers: ["7000"]
languages: [en]
steps:
  message: { record: { queue: service }, recorded: bye, too_short: bye, on_error: bye }
  bye: { hangup: true }
`

for (const problem of ['unavailable', 'refused'] as const)
  t.test(
    `a message whose beginning is ${problem}: the call does not hang on it, and what there may be is not left`,
    async (t) => {
      const recordings = new MemoryRecordings()
      const centre = new TalkCentre({ flow: afterHours, recordings })
      centre.telephony.fails = ({ name }) => (name === 'startRecording' ? problem : undefined)
      await centre.call()
      await centre.pass(3000)
      t.equal(recordings.expected.size, 1)
      // One that was refused never began.
      t.same(recordings.kept, problem === 'unavailable' ? [...recordings.expected.keys()] : [])
      t.equal(centre.told('call.ended').length, 1)
    }
  )
