import type { CallView } from '../../src/cti/messages/views.ts'
import type { Desk } from '../helpers/centre/desk.ts'
import { type Baresip, type BaresipEvent, startBaresip } from '../helpers/phones/baresip.ts'
import { placeCall, type TestCaller } from '../helpers/phones/test-caller.ts'
import { until } from '../helpers/until.ts'
import { type ChaosCentre, password } from './chaos-centre.ts'
import { beginJointTalk, closeJointTalk, hertz, type JointTalk, peopleOf, thirdOf } from './joint-talks.ts'
import { type JointPlan, peopleFor } from './people-for.ts'
import { type Stage, stageOf, stages } from './stages.ts'

/** Everybody waits as long as a busy machine needs. */
const LONG = 60_000

export interface Placed {
  readonly from: string
  readonly caller: TestCaller
}

/** A centre with callers in all stages at once, their phones and desks. */
export class FullHouse {
  readonly placed: Placed[] = []
  readonly desks = new Map<string, Desk>()
  readonly joint: JointTalk[] = []
  readonly #centre: ChaosCentre
  readonly #admin: Desk
  /** Whose phones let it ring. */
  readonly #silent = new Set<string>()
  #phones: Baresip | undefined

  constructor(centre: ChaosCentre, admin: Desk) {
    this.#centre = centre
    this.#admin = admin
  }

  /** By user. */
  get everyDesk(): ReadonlyMap<string, Desk> {
    const joint = this.joint.flatMap(({ agent, third }) => ('desk' in third ? [agent, third] : [agent]))
    return new Map([...this.desks, ...joint.map(({ user, desk }) => [user, desk] as const)])
  }

  /** A colleague who only rings for an agent. */
  isConsulted(user: string): boolean {
    return this.joint.some(({ stage, third }) => stage === 'a colleague rings' && 'user' in third && third.user === user)
  }

  get views(): readonly CallView[] {
    return [...(this.#admin.client.state?.calls.values() ?? [])].filter(
      ({ endedAt, consultationOf }) => (endedAt ?? consultationOf) === undefined
    )
  }

  stageOf(view: CallView): Stage {
    const { calls, supervisions } = this.#admin.client.state ?? {}
    const consultation = [...(calls?.values() ?? [])].find(({ consultationOf }) => consultationOf === view.callId)
    const listening = [...(supervisions?.values() ?? [])].find(({ callId }) => callId === view.callId)
    return stageOf(view, { consultation, supervision: listening?.mode })
  }

  counts(): Readonly<Record<Stage, number>> {
    const found = this.views.map((view) => this.stageOf(view))
    const of = (stage: Stage) => found.filter((one) => one === stage).length
    return Object.fromEntries(stages.map((stage) => [stage, of(stage)])) as Record<Stage, number>
  }

  async fill(wanted: Readonly<Record<Stage, number>>): Promise<void> {
    const { users: everybody, joint } = peopleFor(wanted)
    const users = [...everybody]
    await this.#openDesks(users)
    await this.#meet(joint)
    const isRung = ({ stage }: JointTalk) => stage === 'a colleague rings'
    await Promise.all(this.joint.filter((talk) => !isRung(talk)).map(beginJointTalk))
    const take = (count: number) => users.splice(0, count)
    const [holding, recording, talking] = [take(wanted['on hold']), take(wanted.recorded), take(wanted.talking)]
    const [asking, asked] = [take(wanted['in conference']), take(wanted['in conference'])]
    await this.#talks([...holding, ...recording, ...talking, ...asking])
    for (const user of holding) await this.#desk(user).result('holdCall', { callId: this.#callOf(user) })
    for (const user of recording) await this.#desk(user).result('startRecording', { callId: this.#callOf(user) })
    for (const [n, user] of asking.entries()) await this.#confer(user, asked[n] as string)
    for (const user of users) this.#silent.add(user)
    for (const user of users) await this.#desk(user).result('setAgentState', { state: 'ready' })
    await this.#place('7701', wanted.ringing)
    await this.#shows('ringing', wanted.ringing)
    await this.#place('7701', wanted.queued)
    await this.#place('7705', wanted['in a menu'])
    const [last] = this.placed.slice(-1)
    await last?.caller.ear.untilSound(LONG)
    // Last, as a colleague is rung for half a minute.
    await Promise.all(this.joint.filter(isRung).map(beginJointTalk))
    for (const stage of stages) await this.#shows(stage, wanted[stage])
  }

  /** Somebody more calls, and waits. */
  async oneMoreWaits(): Promise<void> {
    const { queued } = this.counts()
    await this.#place('7701', 1)
    await this.#shows('queued', queued + 1)
  }

  /** Everybody hangs up, callers first. */
  async empty(): Promise<void> {
    for (const { caller } of this.placed) caller.hangup()
    await until(() => this.views.length === 0, { ms: LONG, what: () => `all calls are over (${JSON.stringify(this.counts())})` })
  }

  async close(): Promise<void> {
    for (const { caller } of this.placed) caller.close()
    for (const desk of this.desks.values()) desk.close()
    await Promise.all(this.joint.map(closeJointTalk))
    await this.#phones?.stop()
  }

  async #openDesks(users: readonly string[]): Promise<void> {
    const { asterisk } = this.#centre
    const sip = asterisk.sipAddress
    this.#phones = await startBaresip({
      ...{ sip, users, password },
      answer: 'manual',
      voiceMs: 300_000,
      onEvent: (event) => this.#onPhone(event)
    })
    await this.#phones.allRegistered(LONG)
    for (const user of users) {
      const desk = await this.#centre.desk(user)
      this.desks.set(user, desk)
      await desk.result('setAgentState', { state: 'loggedOn' })
    }
    await this.#inService(users)
  }

  async #inService(users: readonly string[]): Promise<void> {
    const isThere = () => users.every((user) => this.#admin.client.state?.phones.get(user)?.inService === true)
    await until(isThere, { ms: LONG, what: 'all phones are in service' })
  }

  /** The talks of three, each of a caller and an agent as yet. Those agents take nobody else when they are free again. */
  async #meet(planned: readonly JointPlan[]): Promise<void> {
    const people = await Promise.all(planned.map((plan) => peopleOf(this.#centre, plan)))
    const agents = people.map(({ agent }) => agent)
    const colleagues = people.flatMap(({ stage, third }) => (thirdOf(stage) === 'colleague' && 'desk' in third ? third : []))
    for (const { desk } of [...agents, ...colleagues]) await desk.result('setAgentState', { state: 'loggedOn' })
    await this.#inService([...agents, ...colleagues].map(({ user }) => user))
    for (const { desk } of [...agents, ...colleagues]) await desk.result('setAgentState', { state: 'ready' })
    await this.#place('7701', planned.length, hertz.caller)
    await this.#shows('talking', planned.length)
    for (const one of people) {
      const { callId, callingDevice: from } = this.#viewOf(one.agent.user)
      const placed = this.placed.find((other) => other.from === from) as Placed
      this.joint.push({ ...one, ...placed, callId })
      await one.agent.desk.result('setAgentState', { state: 'notReady', reason: 'break' })
    }
  }

  #onPhone({ type, accountaor }: BaresipEvent): void {
    const user = /^sip:([^@]+)@/.exec(accountaor ?? '')?.[1]
    if (type === 'CALL_INCOMING' && user !== undefined && !this.#silent.has(user)) void this.#phones?.at(user, 'accept')
  }

  async #talks(users: readonly string[]): Promise<void> {
    for (const user of users) await this.#desk(user).result('setAgentState', { state: 'ready' })
    const others = this.counts().talking
    await this.#place('7701', users.length)
    await this.#shows('talking', others + users.length)
  }

  async #confer(user: string, other: string): Promise<void> {
    const desk = this.#desk(user)
    await this.#desk(other).result('setAgentState', { state: 'ready' })
    const to = { kind: 'agent', agentId: other }
    const { callId } = await desk.result<{ callId: string }>('consultationCall', { callId: this.#callOf(user), to })
    const answered = () => {
      const view = desk.client.state?.calls.get(callId)
      return view?.connections.some(({ deviceId, state }) => deviceId === other && state === 'connected')
    }
    await until(() => answered() === true, { ms: LONG, what: `${other} is consulted` })
    await desk.result('conferenceCall', { callId })
  }

  async #place(number: string, count: number, voiceHz?: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const from = String(13_200_000_000 + this.placed.length)
      const { sipAddress: sip } = this.#centre.asterisk
      const caller = await placeCall({ sip, number, from, fromName: from, ...(voiceHz !== undefined && { voiceHz }) })
      this.placed.push({ from, caller })
      await caller.answered(LONG)
    }
  }

  async #shows(stage: Stage, count: number): Promise<void> {
    await until(() => this.counts()[stage] === count, {
      ms: LONG,
      what: () => `${count} are ${stage} (${JSON.stringify(this.counts())})`
    })
  }

  #desk(user: string): Desk {
    const desk = this.desks.get(user)
    if (desk === undefined) throw new Error(`${user} has no desk`)
    return desk
  }

  #callOf(user: string): string {
    return this.#viewOf(user).callId
  }

  #viewOf(user: string): CallView {
    const view = this.views.find(({ connections }) => connections.some(({ agentId }) => agentId === user))
    if (view === undefined) throw new Error(`${user} has no call`)
    return view
  }
}
