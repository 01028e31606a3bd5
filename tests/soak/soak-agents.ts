import { setMaxListeners } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { DomainEvent } from '../../src/domain/events.ts'
import type { Centre } from '../helpers/centre/centre.ts'
import type { Desk } from '../helpers/centre/desk.ts'
import type { Baresip, BaresipEvent } from '../helpers/phones/baresip.ts'
import { SeededRandom } from '../helpers/seeded-random.ts'
import { until } from '../helpers/until.ts'
import { exponential, pickByShare } from './plan.ts'

/** One ring of an agent's phone, as the phone saw it. Times by the clock of this machine, milliseconds. */
export interface PhoneRing {
  readonly user: string
  readonly caller: string
  readonly id: string
  readonly rangAt: number
  /** Its 200 OK has left. */
  answeredAt?: number
  /** It has the ACK, and its sound runs. */
  establishedAt?: number
  endedAt?: number
}

/** What agents do when their phone rings, by how many of 100. */
const atRing = [
  { what: 'answers', share: 76 },
  { what: 'answers and hangs up at once', share: 6 },
  { what: 'lets it ring', share: 8 },
  { what: 'rejects by phone', share: 5 },
  { what: 'rejects by desk', share: 5 }
] as const
type AtRing = (typeof atRing)[number]['what']

/** What they do in a talk, by how many of 100. */
const inTalk = [
  { what: 'talks', share: 65 },
  { what: 'holds', share: 20 },
  { what: 'sends on to a queue', share: 8 },
  { what: 'sends on to a colleague', share: 7 }
] as const
type InTalk = (typeof inTalk)[number]['what']

const meanMs = { reach: 600, talk: 6_000, hold: 1_500, away: 2_000, betweenBreaks: 30_000, afterMiss: 1_500 }

interface Plans {
  readonly what: InTalk
  readonly holdMs: number
  readonly to: string
}

/** Twenty people with baresip phones and CTI desks, who work by chance. */
export class SoakAgents {
  readonly rings: PhoneRing[] = []
  readonly desks = new Map<string, Desk>()
  /** Commands of the desks by their answer: `clearConnection ok`, `clearConnection CALL_UNKNOWN`. */
  readonly answers = new Map<string, number>()
  readonly #centre: Centre
  readonly #users: readonly string[]
  readonly #chance: SeededRandom
  readonly #working = new AbortController()
  readonly #running = new Set<Promise<void>>()
  #phones: Baresip | undefined

  constructor(centre: Centre, users: readonly string[], seed: number) {
    this.#centre = centre
    this.#users = users
    this.#chance = new SeededRandom(seed)
    // Everybody's pauses.
    setMaxListeners(0, this.#working.signal)
  }

  /** Resolves when all have signed in and are ready. */
  async start(): Promise<void> {
    const onEvent = (event: BaresipEvent) => this.#onPhone(event)
    this.#phones = await this.#centre.phones(this.#users, { answer: 'manual', onEvent })
    this.#centre.server.bus.listen((fact) => this.#onFact(fact))
    for (const user of this.#users) this.desks.set(user, await this.#centre.readyAgent(user))
    for (const user of this.#users) this.#run(this.#takeBreaks(user))
  }

  /** They begin nothing new; what rings or talks goes on. */
  async stop(): Promise<void> {
    this.#working.abort(new Error('The day is over'))
    await Promise.all(this.#running)
  }

  #run(life: Promise<void>): void {
    // Whatever an agent was about to do is not done when the day is over.
    const done = life.catch((error) => {
      if (!this.#working.signal.aborted) throw error
    })
    this.#running.add(done)
    void done.finally(() => this.#running.delete(done))
  }

  #onPhone({ type, accountaor, peeruri, id, at }: BaresipEvent): void {
    const user = /^sip:([^@]+)@/.exec(accountaor ?? '')?.[1]
    if (user === undefined || id === undefined) return
    if (type === 'CALL_INCOMING') {
      const ring = { user, id, caller: /sip:([^@;>]+)@/.exec(peeruri ?? '')?.[1] ?? '', rangAt: at }
      this.rings.push(ring)
      void this.#answer(ring, pickByShare(this.#chance, atRing).what)
    }
    const ring = this.rings.findLast((one) => one.id === id)
    if (type === 'CALL_ESTABLISHED' && ring !== undefined) ring.establishedAt ??= at
    if (type === 'CALL_CLOSED' && ring !== undefined) ring.endedAt ??= at
  }

  async #answer(ring: PhoneRing, decision: AtRing): Promise<void> {
    const reachMs = exponential(this.#chance, meanMs.reach)
    const talkMs = decision === 'answers' ? exponential(this.#chance, meanMs.talk) : 0
    const byDesk = this.#chance.next() < 0.3
    const plans: Plans = {
      what: pickByShare(this.#chance, inTalk).what,
      holdMs: exponential(this.#chance, meanMs.hold),
      to: this.#users[Math.floor(this.#chance.next() * this.#users.length)] ?? ''
    }
    if (decision === 'lets it ring') return
    await sleep(reachMs)
    if (ring.endedAt !== undefined) return
    if (decision === 'rejects by desk') return this.#clear(ring)
    if (decision === 'rejects by phone') return this.#phone(ring, 'hangup')
    await this.#phones?.at(ring.user, 'accept')
    ring.answeredAt = Date.now()
    await until(() => ring.establishedAt !== undefined || ring.endedAt !== undefined, { what: `phone ${ring.user} is connected` })
    if (decision === 'answers') await this.#talk(ring, plans, talkMs)
    if (ring.endedAt !== undefined) return
    if (byDesk && decision === 'answers') await this.#clear(ring)
    else this.#phone(ring, 'hangup')
    // What the desk could not end any more, or not yet, is ended by phone.
    await sleep(1_000)
    if (ring.endedAt === undefined) this.#phone(ring, 'hangup')
  }

  /** Whatever comes of it: the caller may be gone, the colleague busy. */
  async #talk(ring: PhoneRing, { what, holdMs, to }: Plans, talkMs: number): Promise<void> {
    await sleep(what === 'holds' ? talkMs / 2 : talkMs)
    if (what === 'talks' || ring.endedAt !== undefined) return
    if (what === 'holds') {
      await this.#onOwnCall(ring, 'holdCall')
      await sleep(holdMs)
      if (ring.endedAt !== undefined) return
      await this.#onOwnCall(ring, 'retrieveCall')
      await sleep(talkMs / 2)
      return
    }
    const target = what === 'sends on to a queue' ? { kind: 'queue', queue: 'service' } : { kind: 'agent', agentId: to }
    await this.#onOwnCall(ring, 'singleStepTransferCall', { to: target })
    // Who was sent on is let go by the server.
    await sleep(1_000)
  }

  #phone({ user }: PhoneRing, what: 'accept' | 'hangup'): void {
    void this.#phones?.at(user, what)
  }

  async #clear(ring: PhoneRing): Promise<void> {
    await this.#onOwnCall(ring, 'clearConnection')
  }

  async #onOwnCall({ user }: PhoneRing, method: string, params: object = {}): Promise<void> {
    const desk = this.desks.get(user)
    const call = this.#centre.server.distribution.list().find(({ agentId }) => agentId === (user as string))?.callId
    if (desk !== undefined && call !== undefined) await this.#command(desk, method, { callId: call, ...params })
  }

  /** Who missed or rejected a call is not ready until they say so. */
  #onFact(fact: DomainEvent): void {
    if (fact.type !== 'agent.changed' || fact.status.state !== 'notReady') return
    const { agentId, reason } = fact.status
    if (reason === 'missed' || reason === 'rejected' || reason === 'phone-unreachable') this.#run(this.#comeBack(agentId))
  }

  async #comeBack(user: string): Promise<void> {
    await sleep(exponential(this.#chance, meanMs.afterMiss), undefined, { signal: this.#working.signal })
    await this.#setState(user, { state: 'ready' })
  }

  async #takeBreaks(user: string): Promise<void> {
    for (;;) {
      await sleep(exponential(this.#chance, meanMs.betweenBreaks), undefined, { signal: this.#working.signal })
      await this.#setState(user, { state: 'notReady', reason: 'break' })
      await sleep(exponential(this.#chance, meanMs.away), undefined, { signal: this.#working.signal })
      await this.#setState(user, { state: 'ready' })
    }
  }

  async #setState(user: string, params: object): Promise<void> {
    const desk = this.desks.get(user)
    if (desk !== undefined) await this.#command(desk, 'setAgentState', params)
  }

  async #command(desk: Desk, method: string, params: object): Promise<void> {
    const { error } = await desk.request(method, params)
    const answer = `${method} ${error === undefined ? 'ok' : (error.data?.code ?? error.code)}`
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1)
  }
}
