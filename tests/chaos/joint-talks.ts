import type { SupervisionMode } from '../../src/domain/supervision.ts'
import type { Desk } from '../helpers/centre/desk.ts'
import { DeskPhone } from '../helpers/phones/desk-phone.ts'
import type { RtpEar } from '../helpers/phones/rtp-ear.ts'
import type { TestCaller } from '../helpers/phones/test-caller.ts'
import { TestPhone } from '../helpers/phones/test-phone.ts'
import { until } from '../helpers/until.ts'
import { type ChaosCentre, password } from './chaos-centre.ts'
import type { JointPlan } from './people-for.ts'
import type { JointStage } from './stages.ts'

const LONG = 60_000
/** What each hums. More than two tones at once are not told apart, and nobody hears more. */
export const hertz = { caller: 400, agent: 660, third: 940 } as const
export type Who = keyof typeof hertz

/** Whom each hears; `music` is anything but one of them; left out: anything. */
export type Hearing = Readonly<Partial<Record<Who, readonly Who[] | 'music'>>>

/** Somebody at a desk, whose phone tells what they hear. */
export interface Person {
  readonly user: string
  readonly phone: DeskPhone
  readonly desk: Desk
}

/** A caller, their agent, and a third: a colleague, a supervisor or somebody outside. */
export interface JointTalk {
  readonly stage: JointStage
  readonly from: string
  readonly caller: TestCaller
  readonly callId: string
  readonly agent: Person
  readonly third: Person | TestPhone
}

/** Somebody who is to hear something without a gap; `anything`: soft passages count. */
export interface Listener {
  readonly who: string
  readonly ear: RtpEar
  readonly anything: boolean
}

interface Kind {
  readonly third: 'colleague' | 'supervisor' | 'outside'
  begin(talk: JointTalk): Promise<void>
  readonly hear: Hearing
  /** After a kill; left out: as before. */
  readonly hearAfter?: Hearing
  /** What is still to be done with it, also after a kill. */
  finish(talk: JointTalk): Promise<void>
  readonly hearFinished: Hearing
}

const alone: Hearing = { caller: ['agent'], agent: ['caller'] }
const together: Hearing = { caller: ['agent', 'third'], agent: ['caller', 'third'], third: ['caller', 'agent'] }
const whispering: Hearing = { caller: ['agent'], agent: ['caller', 'third'], third: ['caller', 'agent'] }
const listening: Hearing = { caller: ['agent'], agent: ['caller'], third: ['caller', 'agent'] }
const consulting: Hearing = { caller: 'music', agent: ['third'], third: ['agent'] }
const handedOn: Hearing = { caller: ['third'], third: ['caller'] }

const kinds: Readonly<Record<JointStage, Kind>> = {
  'a colleague rings': {
    third: 'colleague',
    async begin(talk) {
      colleague(talk).phone.answer = 'by hand'
      await consult(talk)
      await colleague(talk).phone.ringing(1, LONG)
    },
    hear: { caller: 'music' },
    hearAfter: alone,
    async finish(talk) {
      const { phone } = colleague(talk)
      await until(() => phone.rings[0]?.end === 'cancelled', { ms: LONG, what: 'the colleague’s phone rings no more' })
      phone.answer = atOnce
      await consult(talk)
      await hears(talk, consulting)
      await talk.agent.desk.result('transferCall', { callId: talk.callId })
    },
    hearFinished: handedOn
  },
  consulting: {
    third: 'colleague',
    begin: consult,
    hear: consulting,
    finish: ({ agent, callId }) => agent.desk.result('transferCall', { callId }),
    hearFinished: handedOn
  },
  alternated: {
    third: 'colleague',
    async begin(talk) {
      await consult(talk)
      await hears(talk, consulting)
      await talk.agent.desk.result('alternateCall', { callId: talk.callId })
    },
    hear: { ...alone, third: 'music' },
    finish: ({ agent, callId }) => agent.desk.result('conferenceCall', { callId }),
    hearFinished: together
  },
  'with somebody outside': {
    third: 'outside',
    async begin(talk) {
      await consult(talk)
      await hears(talk, consulting)
      await talk.agent.desk.result('conferenceCall', { callId: talk.callId })
    },
    hear: together,
    finish: ({ agent, callId }) => agent.desk.result('clearConnection', { callId }),
    hearFinished: handedOn
  },
  'listened to': supervised('silent', listening, 'whisper', whispering),
  'whispered to': supervised('whisper', whispering, 'active', together),
  'a supervisor takes part': supervised('active', together, 'silent', listening)
}

function supervised(mode: SupervisionMode, hear: Hearing, next: SupervisionMode, hearFinished: Hearing): Kind {
  return {
    third: 'supervisor',
    begin: (talk) => supervise(talk, mode),
    hear,
    finish: (talk) => supervise(talk, next),
    hearFinished
  }
}

const atOnce = { status: 200, afterMs: 0 } as const

export function thirdOf(stage: JointStage): Kind['third'] {
  return kinds[stage].third
}

/** Brings it about, and resolves when all hear whom they are to hear. */
export async function beginJointTalk(talk: JointTalk): Promise<void> {
  const { begin, hear } = kinds[talk.stage]
  await begin(talk)
  await hears(talk, hear)
}

/** What is wrong with it after a kill, and with how it then went on; undefined: nothing. */
export async function goneOn(talk: JointTalk): Promise<string | undefined> {
  const { hear, hearAfter = hear, finish, hearFinished } = kinds[talk.stage]
  let doing = 'after the restart'
  try {
    await hears(talk, hearAfter)
    doing = 'finished after the restart'
    await finish(talk)
    await hears(talk, hearFinished)
    return undefined
  } catch (error) {
    return `${talk.from} (${talk.stage}), ${doing}: ${error instanceof Error ? error.message : String(error)}`
  }
}

/** Each of them who hears something all the while, also over a kill. */
export function listenersOf(talk: JointTalk): readonly Listener[] {
  const { hear, hearAfter } = kinds[talk.stage]
  if (hearAfter !== undefined) return []
  return Object.entries(hear).map(([who, whom]) => ({
    who: `${talk.from} (${talk.stage}), the ${who},`,
    ear: earOf(talk, who as Who),
    // There are soft passages in music.
    anything: whom === 'music'
  }))
}

export async function closeJointTalk({ agent, third }: JointTalk): Promise<void> {
  agent.desk.close()
  await agent.phone.close()
  if ('desk' in third) {
    third.desk.close()
    await third.phone.close()
  } else third.close()
}

/** Those people, each at a desk with a phone that picks up at once, or outside. */
export async function peopleOf(centre: ChaosCentre, { stage, agent, third }: JointPlan) {
  const at = async (user: string, voiceHz: number): Promise<Person> => {
    const { sipAddress: sip } = centre.asterisk
    const phone = await DeskPhone.register({ sip, user, password, voiceHz, answer: atOnce, registeredSeconds: 3600 })
    return { user, phone, desk: await centre.desk(user) }
  }
  const outside = () => TestPhone.start({ reply: 200, voiceHz: hertz.third })
  return {
    stage,
    agent: await at(agent, hertz.agent),
    third: third === undefined ? await outside() : await at(third, hertz.third)
  }
}

async function consult({ agent, third, callId }: JointTalk): Promise<void> {
  const to = 'desk' in third ? { kind: 'agent', agentId: third.user } : { kind: 'sip', uri: third.uri }
  await agent.desk.result('consultationCall', { callId, to })
}

/** That the supervisor's phone is registered is told by no event. */
async function supervise(talk: JointTalk, mode: SupervisionMode): Promise<void> {
  const { desk } = colleague(talk)
  const params = { callId: talk.callId, agentId: talk.agent.user, mode }
  let answer = await desk.request('singleStepConferenceCall', params)
  const isTaken = async () => {
    if (answer.error === undefined) return true
    answer = await desk.request('singleStepConferenceCall', params)
    return false
  }
  await until(isTaken, { ms: LONG, what: () => `${mode} is taken (${JSON.stringify(answer.error)})` })
}

function colleague({ third, stage }: JointTalk): Person {
  if ('desk' in third) return third
  throw new Error(`${stage}: the third is outside`)
}

function earOf({ caller, agent, third }: JointTalk, who: Who): RtpEar {
  if (who === 'caller') return caller.ear
  if (who === 'agent') return agent.phone.ear
  return 'desk' in third ? third.phone.ear : third.ear
}

/** Each hears whom they are to hear, and none of the others, at the same time. */
async function hears(talk: JointTalk, hearing: Hearing): Promise<void> {
  for (const [hearer, whom] of Object.entries(hearing)) {
    const ear = earOf(talk, hearer as Who)
    const since = Date.now()
    const heard = () => Object.entries(hertz).flatMap(([who, tone]) => (ear.share(tone, 200) > AUDIBLE ? [who] : []))
    const isHeard = () => {
      const wanted = whom === 'music' ? [] : whom
      return heard().sort().join() === [...wanted].sort().join() && (whom !== 'music' || ear.packets > 0)
    }
    await until(isHeard, { ms: LONG, what: () => `${hearer} hears ${whom} (${heard()}, ${ear.soundMs(since)} ms of sound)` })
  }
}

/** Of two tones at once each is half of what is heard. */
const AUDIBLE = 0.2
