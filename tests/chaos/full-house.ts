import type { CallView } from '../../src/cti/messages/views.ts'
import type { Desk } from '../helpers/centre/desk.ts'
import { type Baresip, type BaresipEvent, startBaresip } from '../helpers/phones/baresip.ts'
import { placeCall, type TestCaller } from '../helpers/phones/test-caller.ts'
import { until } from '../helpers/until.ts'
import { type ChaosCentre, password } from './chaos-centre.ts'

/** Everybody waits as long as a busy machine needs. */
const LONG = 60_000

export const stages = ['in a menu', 'queued', 'ringing', 'talking', 'on hold', 'in conference', 'recorded'] as const
/** Where a caller is, as their call is seen at a desk. */
export type Stage = (typeof stages)[number]

export interface Placed {
  readonly from: string
  readonly caller: TestCaller
}

/** How many of so many callers are in each stage: all stages, and most callers without an agent, as agents are dear. */
export function shares(calls: number): Readonly<Record<Stage, number>> {
  const of = (share: number) => Math.max(1, Math.round(calls * share))
  const some = {
    'in a menu': of(0.2),
    ringing: of(0.08),
    talking: of(0.16),
    'on hold': of(0.08),
    'in conference': of(0.04),
    recorded: of(0.08)
  }
  const rest = calls - Object.values(some).reduce((sum, one) => sum + one, 0)
  return { ...some, queued: Math.max(1, rest) }
}

export function agentsFor({
  ringing,
  talking,
  'on hold': held,
  'in conference': joined,
  recorded
}: ReturnType<typeof shares>): number {
  return ringing + talking + held + recorded + 2 * joined
}

export function stageOf({ connections, recording }: CallView): Stage {
  const agents = connections.filter(({ kind }) => kind === 'agent')
  const states = new Set(agents.map(({ state }) => state))
  if (states.has('alerting')) return 'ringing'
  if (states.has('hold')) return 'on hold'
  if (agents.length > 1) return 'in conference'
  if (agents.length > 0) return recording === 'on' ? 'recorded' : 'talking'
  return connections.some(({ kind }) => kind === 'queue') ? 'queued' : 'in a menu'
}

/** A centre with callers in all stages at once, their phones and desks. */
export class FullHouse {
  readonly placed: Placed[] = []
  readonly desks = new Map<string, Desk>()
  readonly #centre: ChaosCentre
  readonly #admin: Desk
  /** Whose phones let it ring. */
  readonly #silent = new Set<string>()
  #phones: Baresip | undefined

  constructor(centre: ChaosCentre, admin: Desk) {
    this.#centre = centre
    this.#admin = admin
  }

  get views(): readonly CallView[] {
    return [...(this.#admin.client.state?.calls.values() ?? [])].filter(
      ({ endedAt, consultationOf }) => (endedAt ?? consultationOf) === undefined
    )
  }

  counts(): Readonly<Record<Stage, number>> {
    const found = this.views.map(stageOf)
    const of = (stage: Stage) => found.filter((one) => one === stage).length
    return Object.fromEntries(stages.map((stage) => [stage, of(stage)])) as Record<Stage, number>
  }

  async fill(wanted: Readonly<Record<Stage, number>>): Promise<void> {
    const users = Array.from({ length: agentsFor(wanted) }, (_, n) => String(1001 + n))
    await this.#openDesks(users)
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
    for (const stage of stages) await this.#shows(stage, wanted[stage])
    const [last] = this.placed.slice(-1)
    await last?.caller.ear.untilSound(LONG)
  }

  /** Everybody hangs up, callers first. */
  async empty(): Promise<void> {
    for (const { caller } of this.placed) caller.hangup()
    await until(() => this.views.length === 0, { ms: LONG, what: () => `all calls are over (${JSON.stringify(this.counts())})` })
  }

  async close(): Promise<void> {
    for (const { caller } of this.placed) caller.close()
    for (const desk of this.desks.values()) desk.close()
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
    const isThere = () =>
      [...(this.#admin.client.state?.phones.values() ?? [])].filter(({ inService }) => inService).length >= users.length
    await until(isThere, { ms: LONG, what: 'all phones are in service' })
  }

  #onPhone({ type, accountaor }: BaresipEvent): void {
    const user = /^sip:([^@]+)@/.exec(accountaor ?? '')?.[1]
    if (type === 'CALL_INCOMING' && user !== undefined && !this.#silent.has(user)) void this.#phones?.at(user, 'accept')
  }

  async #talks(users: readonly string[]): Promise<void> {
    for (const user of users) await this.#desk(user).result('setAgentState', { state: 'ready' })
    await this.#place('7701', users.length)
    await this.#shows('talking', users.length)
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

  async #place(number: string, count: number): Promise<void> {
    for (let n = 0; n < count; n++) {
      const from = String(13_200_000_000 + this.placed.length)
      const caller = await placeCall({ sip: this.#centre.asterisk.sipAddress, number, from, fromName: from })
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
    const view = this.views.find(({ connections }) => connections.some(({ agentId }) => agentId === user))
    if (view === undefined) throw new Error(`${user} has no call`)
    return view.callId
  }
}
