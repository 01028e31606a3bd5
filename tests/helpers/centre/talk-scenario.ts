import type { ResultOf } from '../../../src/cti/messages.ts'
import { DeskPhone, type DeskPhoneOptions } from '../phones/desk-phone.ts'
import type { TestCaller } from '../phones/test-caller.ts'
import { until } from '../until.ts'
import type { Centre } from './centre.ts'
import { password } from './centre.ts'
import type { Desk } from './desk.ts'

/** An agent whose desk is open and whose phone hums a tone of their own. */
export interface TalkAgent {
  readonly user: string
  readonly hertz: number
  readonly phone: DeskPhone
  readonly desk: Desk
}

export async function talkAgent(
  centre: Centre,
  user: string,
  hertz: number,
  answer: NonNullable<DeskPhoneOptions['answer']> = { status: 200, afterMs: 0 }
): Promise<TalkAgent> {
  const phone = await DeskPhone.register({
    sip: centre.asterisk.sipAddress,
    user,
    password,
    voiceHz: hertz,
    answer,
    registeredSeconds: 3600
  })
  await until(() => centre.server.telephony.phoneStatus(user) === 'in-service', { what: `phone ${user} in service` })
  const desk = await centre.desk(user)
  await desk.result('setAgentState', { state: 'loggedOn' })
  return { user, hertz, phone, desk }
}

/** For supervisors with a phone in the tests' centre. */
export const withSupervisors = (yaml: string) =>
  yaml.replace('role: supervisor, teams: [cards, hotline]', 'role: supervisor, teams: [cards, hotline], phone: true')

/** A supervisor who can join talks. */
export async function talkSupervisor(centre: Centre, user: string, hertz: number): Promise<TalkAgent> {
  const answer = { status: 200, afterMs: 0 }
  const { sipAddress: sip } = centre.asterisk
  const phone = await DeskPhone.register({ sip, user, password, voiceHz: hertz, answer, registeredSeconds: 3600 })
  await until(() => centre.server.telephony.phoneStatus(user) === 'in-service', { what: `phone ${user} in service` })
  return { user, hertz, phone, desk: await centre.desk(user) }
}

export async function isIn(centre: Centre, { user }: Pick<TalkAgent, 'user'>, state: string, ms = 15_000): Promise<void> {
  const status = () => centre.server.distribution.list().find(({ agentId }) => agentId === (user as string))
  await until(() => status()?.state === state, { ms, what: () => `agent ${user} is ${state} (${JSON.stringify(status())})` })
}

/** What the caller hums. */
export const CALLER_HERTZ = 880

/** A caller who talks to that agent; only they were ready. */
export async function talkTo(
  centre: Centre,
  number: string,
  from: string,
  agent: TalkAgent
): Promise<{ readonly caller: TestCaller; readonly callId: string }> {
  await isIn(centre, agent, 'notReady')
  await agent.desk.result('setAgentState', { state: 'ready' })
  const since = centre.events.length
  const caller = await centre.call(number, { from, voiceHz: CALLER_HERTZ })
  const { callId } = await centre.fact('call.started', { since, fits: (fact) => fact.caller === (from as string) })
  await centre.fact('call.established', { since, fits: (fact) => fact.callId === callId })
  return { caller, callId }
}

/** Each hears every other one of them. */
export async function hearEachOther(caller: TestCaller, ...agents: readonly TalkAgent[]): Promise<void> {
  await Promise.all([
    ...agents.map(({ hertz }) => caller.ear.untilHears(hertz)),
    ...agents.map(({ phone }) => phone.ear.untilHears(CALLER_HERTZ)),
    ...agents.flatMap((one) => agents.filter((other) => other !== one).map(({ hertz }) => one.phone.ear.untilHears(hertz)))
  ])
}

/** How long each step took, from the request until all hear whom they are to hear, milliseconds. */
export type TalkTimes = Readonly<Record<'consult' | 'conference' | 'transfer' | 'barge', number>>

/**
 * A caller and three phones: the first agent consults the second, makes a conference of it, consults the third and hands the caller on to both.
 * Then the third leaves, and a supervisor joins. The agents are not ready before and after.
 */
export async function talkRound(
  centre: Centre,
  number: string,
  from: string,
  agents: readonly [TalkAgent, TalkAgent, TalkAgent],
  supervisor: TalkAgent
) {
  const [one, two, three] = agents
  const { caller, callId } = await talkTo(centre, number, from, one)
  await Promise.all([two, three].map(({ desk }) => desk.result('setAgentState', { state: 'ready' })))
  const times: Record<keyof TalkTimes, number> = { consult: 0, conference: 0, transfer: 0, barge: 0 }
  const timed = async (step: keyof TalkTimes, work: () => Promise<unknown>) => {
    const began = performance.now()
    await work()
    times[step] = Math.round(performance.now() - began)
  }
  const consult = async (whom: TalkAgent) =>
    await one.desk.result<ResultOf<'consultationCall'>>('consultationCall', { callId, to: { kind: 'agent', agentId: whom.user } })

  await timed('consult', async () => {
    await consult(two)
    await Promise.all([one.phone.ear.untilHears(two.hertz), two.phone.ear.untilHears(one.hertz)])
  })
  await timed('conference', async () => {
    await one.desk.result('conferenceCall', { callId })
    await hearEachOther(caller, one, two)
  })
  const consulted = await consult(three)
  await three.phone.ear.untilHears(one.hertz)
  await timed('transfer', async () => {
    await one.desk.result('transferCall', { callId: consulted.callId })
    await one.phone.ended()
    await hearEachOther(caller, two, three)
  })
  // More than three tones at once are not told apart.
  three.phone.hangup()
  await timed('barge', async () => {
    await supervisor.desk.result('singleStepConferenceCall', { callId, mode: 'active', agentId: two.user })
    await hearEachOther(caller, two, supervisor)
  })
  return { caller, callId, times: times as TalkTimes }
}

/** The caller hangs up, and all agents are free and not ready for what comes next. */
export async function endRound(
  centre: Centre,
  caller: TestCaller,
  agents: readonly TalkAgent[],
  supervisor: TalkAgent
): Promise<void> {
  await Promise.all(agents.map(({ desk }) => desk.result('setAgentState', { state: 'notReady', reason: 'break' })))
  caller.hangup()
  await Promise.all([...agents, supervisor].map(({ phone }) => phone.ended()))
  await Promise.all(agents.map((agent) => isIn(centre, agent, 'notReady')))
}
