import { Desk } from '../../helpers/centre/desk.ts'
import { DeskPhone } from '../../helpers/phones/desk-phone.ts'
import { placeCall, type TestCaller } from '../../helpers/phones/test-caller.ts'
import { until } from '../../helpers/until.ts'
import { StallWatch } from '../../soak/stall-watch.ts'
import { type Contestant, password, signIn } from './contestants.ts'
import { queueNumbers } from './dialplan.ts'
import type { Stage } from './stage.ts'

/** Of centre.yaml, and none of those of the calls to agents: who takes no calls any more is not to be offered one. */
const USERS = ['1016', '1017', '1018', '1019', '1020']
export const TALKS = USERS.length
const AGENT_HZ = 700
const CALLER_HZ = 440
/** Longer than any measurement: registrations are not renewed. */
const REGISTERED_SECONDS = 7200
const LONG = 30_000

/** What became of talks from one moment to another. */
export interface HeardTalks {
  readonly talks: number
  readonly cutOff: number
  /** The longest time in which one of the two heard nothing of the other, in any of the talks. */
  readonly longestSilenceMs: number
  /** For so long at most this process, which listens to and speaks for all of them, got to do nothing: a silence may be that much longer. */
  readonly deafMs: number
}

/** Callers who talk to agents, all of whom hum and listen all the while. */
export interface AgentTalks {
  heard(since: number): HeardTalks
  /** Callers hang up. */
  end(): Promise<void>
}

/** Agents at their desks, with phones of their own, of each talk the one who has it. */
export interface TalkingAgents {
  begin(): Promise<AgentTalks>
  close(): Promise<void>
}

interface AtDesk {
  readonly phone: DeskPhone
  readonly desk: Desk
}

export async function openTalkingAgents({ asterisk }: Stage, contestant: Contestant): Promise<TalkingAgents> {
  const agents = await Promise.all(USERS.map((user) => openDesk(user, asterisk.sipAddress, contestant)))
  return {
    begin: () => beginTalks(agents, contestant),
    async close() {
      for (const { desk } of agents) await desk.result('setAgentState', { state: 'loggedOff' })
      for (const { desk } of agents) desk.close()
      await Promise.all(agents.map(({ phone }) => phone.close()))
    }
  }
}

async function openDesk(user: string, sip: string, { url, name }: Contestant): Promise<AtDesk> {
  if (url === undefined) throw new Error(`${name} has no desks`)
  const answer = { status: 200, afterMs: 0 }
  const phone = await DeskPhone.register({
    sip,
    user,
    password,
    voiceHz: AGENT_HZ,
    answer,
    registeredSeconds: REGISTERED_SECONDS
  })
  const desk = await Desk.open(`${url.replace('http', 'ws')}/cti/v1`, await signIn(url, user))
  const inService = () => desk.client.state?.phones.get(user)?.inService === true
  await until(inService, { ms: LONG, what: `phone ${user} is in service` })
  await desk.result('setAgentState', { state: 'loggedOn' })
  await desk.result('setAgentState', { state: 'ready' })
  return { phone, desk }
}

async function beginTalks(agents: readonly AtDesk[], { sip }: Contestant): Promise<AgentTalks> {
  const stalls = new StallWatch()
  const callers: TestCaller[] = []
  for (const n of agents.keys())
    callers.push(await placeCall({ sip, number: queueNumbers.switchboard, from: `1370000000${n}`, voiceHz: CALLER_HZ }))
  await Promise.all([
    ...callers.map(({ ear }) => ear.untilHears(AGENT_HZ, LONG)),
    ...agents.map(({ phone }) => phone.ear.untilHears(CALLER_HZ, LONG))
  ])
  const ears = [...callers, ...agents.map(({ phone }) => phone)].map(({ ear }) => ear)
  return {
    heard: (since) => ({
      talks: callers.length,
      cutOff: callers.filter(({ endedBy }) => endedBy !== undefined).length,
      longestSilenceMs: Math.max(...ears.map((ear) => ear.longestSilenceMs(since))),
      deafMs: stalls.since(since)
    }),
    async end() {
      stalls.close()
      for (const caller of callers) caller.close()
      await Promise.all(agents.map(({ phone }) => phone.ended(LONG)))
    }
  }
}
