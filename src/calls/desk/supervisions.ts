import type { AgentId } from '../../domain/ids.ts'
import type { KeptSupervision } from '../../domain/kept-call.ts'
import type { DeskProblem, DeskResult } from '../../domain/ports/desk.ts'
import type { SupervisionMode, Supervisor } from '../../domain/supervision.ts'
import type { LiveCall } from '../call/live-call.ts'
import type { CallsOffice } from '../call/office.ts'
import { Supervision } from './supervision.ts'

const refuse = (code: DeskProblem): DeskResult => ({ ok: false, code })

/** Who listens to whom: a supervisor to one talk at a time. */
export class Supervisions {
  readonly #office: CallsOffice
  readonly #bySupervisor = new Map<string, Supervision>()
  readonly #running = new Set<Promise<void>>()

  constructor(office: CallsOffice) {
    this.#office = office
  }

  isSupervising(username: string): boolean {
    return this.#bySupervisor.get(username)?.isOver === false
  }

  get size(): number {
    return this.#bySupervisor.size
  }

  /** Resolves when nothing is left of those that are over. */
  async settled(): Promise<void> {
    await Promise.all(this.#running)
  }

  /** Ends it, however the supervisor takes part. False: they do not, in that call. */
  stop(call: LiveCall, username: string): boolean {
    const known = this.#bySupervisor.get(username)
    if (known === undefined || known.isOver || known.call !== call) return false
    known.stop()
    return true
  }

  /** Begins it, or changes how the supervisor takes part in that call already. */
  async supervise(call: LiveCall, by: Supervisor, agents: readonly AgentId[], mode: SupervisionMode): Promise<DeskResult> {
    const known = this.#bySupervisor.get(by.username)
    if (known !== undefined && !known.isOver) return known.call === call ? await known.become(mode) : refuse('SUPERVISING')
    const { telephony, distribution } = this.#office
    // Their phone has a caller, or rings for one.
    if (distribution.isStandingIn(by.username as AgentId)) return refuse('AGENT_ON_CALL')
    const party = call.talk?.parties().find(({ agentId }) => agentId !== undefined && agents.includes(agentId))
    if (call.talk?.bridgeId === undefined || party?.agentId === undefined) return refuse('NOT_TALKING')
    if (!telephony.status().connected) return refuse('ASTERISK_UNAVAILABLE')
    const phone = [`${by.phone}-web`, by.phone].find((user) => telephony.phoneStatus(user) === 'in-service')
    if (phone === undefined) return refuse('PHONE_OUT_OF_SERVICE')

    const supervision = new Supervision(
      call,
      this.#office,
      { ...by, phone },
      { agentId: party.agentId, channelId: party.channelId }
    )
    this.#follow(supervision, supervision.run(mode))
    return { ok: true, value: undefined }
  }

  /** One that an earlier process left; `taken` resolves when what it left in Asterisk is ours. */
  goOn(call: LiveCall, kept: KeptSupervision, taken: Promise<unknown>): void {
    const { supervisor, agentId, agentChannel: channelId } = kept
    const supervision = new Supervision(call, this.#office, supervisor, { agentId, channelId })
    this.#follow(supervision, supervision.goOn(kept, taken))
  }

  #follow(supervision: Supervision, work: Promise<void>): void {
    const { supervisor, call } = supervision
    this.#bySupervisor.set(supervisor.username, supervision)
    const running = work
      .catch((err) => this.#office.log.error({ err, callId: call.callId }, 'A supervision failed'))
      .finally(() => {
        if (this.#bySupervisor.get(supervisor.username) === supervision) this.#bySupervisor.delete(supervisor.username)
        this.#running.delete(running)
      })
    this.#running.add(running)
  }
}
