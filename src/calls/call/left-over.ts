import type { AgentId, BridgeId, ChannelId } from '../../domain/ids.ts'
import type { KeptCall, KeptStay, KeptTalk } from '../../domain/kept-call.ts'
import type { Leg } from '../line/leg.ts'

/** What an earlier process left of a call beside its place in a flow: a stay in a queue, a talk. The step that it belongs to takes it up. */
export class LeftOver {
  readonly type = 'left-over'
  readonly stay: KeptStay | undefined
  readonly talk: KeptTalk | undefined
  /** Of all who were in the talk, also of who has left meanwhile. */
  readonly legs: ReadonlyMap<ChannelId, Leg>
  /** Who is in the bridges that there still are. */
  readonly bridges: ReadonlyMap<BridgeId, readonly ChannelId[]>
  /** Resolves when it was taken up, or is of no use any more. */
  readonly taken: Promise<void>
  /** It was. */
  take: () => void = () => undefined
  /** Whether somebody goes on with the talk, and lets go of who is in it. */
  isTalkTakenUp = false

  constructor({ phase, place, talk }: KeptCall, legs: LeftOver['legs'], bridges: LeftOver['bridges']) {
    this.stay = phase === 'flow' ? undefined : place
    this.talk = phase === 'talking' ? talk : undefined
    this.legs = legs
    this.bridges = bridges
    this.taken = new Promise((resolve) => {
      this.take = resolve
    })
    if (this.stay === undefined && this.talk === undefined) this.take()
  }

  /** Who talked to the caller; the first of several, and nobody's id when that is none of ours. */
  get agentId(): AgentId {
    return this.talk?.parties.find(({ agentId }) => agentId !== undefined)?.agentId ?? ('' as AgentId)
  }
}
