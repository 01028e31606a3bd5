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

/** What they do in a talk besides, by how many of 100. */
const inTalk = [
  { what: 'talks', share: 44 },
  { what: 'holds', share: 14 },
  { what: 'records', share: 8 },
  { what: 'sends on', share: 8 },
  { what: 'transfers', share: 10 },
  { what: 'conferences', share: 10 },
  { what: 'asks a colleague', share: 6 }
] as const
type InTalk = (typeof inTalk)[number]['what']

/** How a consultation ends. */
const endOf = { transfers: 'transferCall', conferences: 'conferenceCall', 'asks a colleague': 'reconnectCall' } as const

const meanMs = { reach: 400, talk: 3_000, look: 500, hold: 800 }
/** A colleague who means to answer has done so. */
const ANSWERED_MS = 1_500

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
      const reachMs = exponential(this.#chance, meanMs.reach)
      const talk = { ms: exponential(this.#chance, meanMs.talk), what: pickByShare(this.#chance, inTalk).what }
      if (what !== 'lets it ring') void this.#serve(ring, group, reachMs, what === 'rejects' ? undefined : talk)
    }
    const ring = this.rings.findLast((one) => one.id === id)
    if (type === 'CALL_CLOSED' && ring !== undefined) ring.endedAt ??= at
  }

  async #serve(
    ring: Ring,
    group: number,
    reachMs: number,
    talk: { readonly ms: number; readonly what: InTalk } | undefined
  ): Promise<void> {
    await sleep(reachMs)
    const phones = this.#phones[group]
    if (ring.endedAt !== undefined || phones === undefined) return
    if (talk === undefined) return void phones.at(ring.user, 'hangup')
    void phones.at(ring.user, 'accept')
    await sleep(500 + talk.ms / 2)
    if (talk.what !== 'talks') await this.#handle(ring, talk.what)
    await sleep(talk.ms / 2)
    // Of a call that Asterisk has forgotten, too: nobody would ever tell the phone.
    if (ring.endedAt === undefined) void phones.at(ring.user, 'hangup')
  }

  /** Whatever comes of it: the caller may be gone, the colleague busy, the desk cut off. */
  async #handle({ user }: Ring, what: Exclude<InTalk, 'talks'>): Promise<void> {
    const desk = this.desks.get(user)
    if (desk === undefined || this.#over) return
    const status = (await this.#ask(desk, 'getAgentState', { agentId: user })) as AgentView | undefined
    const callId = status?.callId
    if (callId === undefined) return
    const colleague = { kind: 'agent', agentId: this.#chance.pick(agentIds.filter((one) => one !== user)) }
    const to = this.#chance.next() < 0.5 ? colleague : { kind: 'queue', queue: 'service' }
    const holdMs = exponential(this.#chance, meanMs.hold)
    if (what === 'sends on') {
      await this.#ask(desk, 'singleStepTransferCall', { callId, to })
    } else if (what === 'holds' || what === 'records') {
      const [begin, end] = what === 'holds' ? ['holdCall', 'retrieveCall'] : ['startRecording', 'stopRecording']
      await this.#ask(desk, begin, { callId })
      await sleep(holdMs)
      await this.#ask(desk, end, { callId })
    } else {
      const consulted = (await this.#ask(desk, 'consultationCall', { callId, to })) as { callId: string } | undefined
      if (consulted === undefined) return
      await sleep(ANSWERED_MS)
      await this.#ask(desk, endOf[what], { callId: consulted.callId })
    }
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
