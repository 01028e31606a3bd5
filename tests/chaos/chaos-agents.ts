import { setTimeout as sleep } from 'node:timers/promises'
import { RequestFailed } from '../../src/client/public.ts'
import type { AgentView } from '../../src/cti/messages/views.ts'
import type { Desk } from '../helpers/centre/desk.ts'
import { type Baresip, type BaresipEvent, startBaresip } from '../helpers/phones/baresip.ts'
import { SeededRandom } from '../helpers/seeded-random.ts'
import { exponential, pickByShare } from '../soak/plan.ts'
import { type ChaosCentre, password } from './chaos-centre.ts'

/** Whose phones are one process, and go together. */
export const phoneGroups = [
  ['1001', '1002', '1003', '1004'],
  ['1005', '1006', '1007', '1008']
] as const
export const agentIds: readonly string[] = phoneGroups.flat()

const atRing = [
  { what: 'answers', share: 84 },
  { what: 'lets it ring', share: 8 },
  { what: 'rejects', share: 8 }
] as const

const meanMs = { reach: 400, talk: 3_000, look: 500 }

/** One ring of an agent's phone, as the phone saw it. */
interface Ring {
  readonly user: string
  readonly id: string
  endedAt?: number
}

/** People who are at work as long as they can be: whatever takes them away, they look at their desk and are ready again. */
export class ChaosAgents {
  readonly desks = new Map<string, Desk>()
  /** What came of their commands, by name and answer; `lost` when nobody knows. */
  readonly answers = new Map<string, number>()
  readonly rings: Ring[] = []
  readonly #centre: ChaosCentre
  readonly #chance: SeededRandom
  readonly #phones: (Baresip | undefined)[] = []
  readonly #work: Promise<void>[] = []
  #over = false

  constructor(centre: ChaosCentre, seed: number) {
    this.#centre = centre
    this.#chance = new SeededRandom(seed)
  }

  /** Resolves when all phones are registered and all desks are open; they get ready by themselves. */
  async start(): Promise<void> {
    await Promise.all(phoneGroups.map((_, group) => this.startPhones(group)))
    for (const user of agentIds) this.desks.set(user, await this.#centre.desk(user))
    for (const user of agentIds) this.#work.push(this.#lookAtDesk(user))
  }

  async startPhones(group: number): Promise<void> {
    const phones = await startBaresip({
      sip: this.#centre.asterisk.sipAddress,
      users: phoneGroups[group] ?? [],
      password,
      answer: 'manual',
      registerEverySeconds: 10,
      onEvent: (event) => this.#onPhone(event, group)
    })
    this.#phones[group] = phones
    await phones.allRegistered(30_000)
  }

  /** Ends the process of these phones without a word to anybody. */
  async killPhones(group: number): Promise<void> {
    const phones = this.#phones[group]
    if (phones === undefined) throw new Error('There were no phones to end')
    this.#phones[group] = undefined
    for (const ring of this.rings) if (phoneGroups[group]?.includes(ring.user as never)) ring.endedAt ??= Date.now()
    await phones.kill()
  }

  /** The process stands still, and goes on. */
  freezePhones(group: number): void {
    this.#phones[group]?.signal('SIGSTOP')
  }

  thawPhones(group: number): void {
    this.#phones[group]?.signal('SIGCONT')
  }

  async stop(): Promise<void> {
    this.#over = true
    await Promise.all(this.#work)
    for (const desk of this.desks.values()) desk.close()
    for (const phones of this.#phones) await phones?.stop()
  }

  #onPhone({ type, accountaor, id, at }: BaresipEvent, group: number): void {
    const user = /^sip:([^@]+)@/.exec(accountaor ?? '')?.[1]
    if (user === undefined || id === undefined) return
    if (type === 'CALL_INCOMING') {
      const ring: Ring = { user, id }
      this.rings.push(ring)
      const { what } = pickByShare(this.#chance, atRing)
      const [reachMs, talkMs] = [exponential(this.#chance, meanMs.reach), exponential(this.#chance, meanMs.talk)]
      if (what !== 'lets it ring') void this.#serve(ring, group, reachMs, what === 'rejects' ? undefined : talkMs)
    }
    const ring = this.rings.findLast((one) => one.id === id)
    if (type === 'CALL_CLOSED' && ring !== undefined) ring.endedAt ??= at
  }

  async #serve(ring: Ring, group: number, reachMs: number, talkMs: number | undefined): Promise<void> {
    await sleep(reachMs)
    const phones = this.#phones[group]
    if (ring.endedAt !== undefined || phones === undefined) return
    if (talkMs === undefined) return void phones.at(ring.user, 'hangup')
    void phones.at(ring.user, 'accept')
    await sleep(talkMs + 500)
    // Of a call that Asterisk has forgotten, too: nobody would ever tell the phone.
    if (ring.endedAt === undefined) void phones.at(ring.user, 'hangup')
  }

  /** Whoever sees at their desk that they are away comes back. */
  async #lookAtDesk(user: string): Promise<void> {
    const desk = this.desks.get(user) as Desk
    while (!this.#over) {
      await sleep(exponential(this.#chance, meanMs.look) + 100)
      const status = (await this.#ask(desk, 'getAgentState', { agentId: user })) as AgentView | undefined
      if (status?.state === 'loggedOff') await this.#ask(desk, 'setAgentState', { state: 'loggedOn' })
      else if (status?.state === 'notReady') await this.#ask(desk, 'setAgentState', { state: 'ready' })
    }
  }

  async #ask(desk: Desk, method: string, params: object): Promise<unknown> {
    let came: string
    let result: unknown
    try {
      const answer = await desk.request(method, params)
      came = answer.error === undefined ? 'ok' : String(answer.error.data?.code ?? answer.error.code)
      result = answer.result
    } catch (error) {
      // The line was cut under it: they look again.
      if (!(error instanceof RequestFailed)) throw error
      came = 'lost'
    }
    const key = `${method} ${came}`
    this.answers.set(key, (this.answers.get(key) ?? 0) + 1)
    return result
  }
}
