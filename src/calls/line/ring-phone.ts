import type { Signal } from '../../domain/abort.ts'
import type { ChannelId } from '../../domain/ids.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { ChannelEvent, HangupReason, NewLeg, Telephony } from '../../domain/ports/telephony.ts'
import { Leg } from './leg.ts'

export type RingResult =
  | { readonly kind: 'answered'; readonly leg: Leg }
  /** `away`: Asterisk did not answer, so nothing is known of the phone. */
  | { readonly kind: 'rejected' | 'busy' | 'no-answer' | 'unreachable' | 'away'; readonly cause: number }

/** The phone is given this long beyond the offer to be told the end by us, before Asterisk gives up by itself. */
const ASTERISK_MARGIN_MS = 5_000

type Deciding = Extract<ChannelEvent, { type: 'entered' | 'answered' | 'dial-failed' | 'left' | 'destroyed' }>

/**
 * Calls one phone and waits for it to answer. The leg is dialled only after it has entered our application (Asterisk refuses commands before
 * StasisStart). When the signal aborts, the leg is hung up with the reason that `hangupReason` gives, and the signal's reason thrown.
 */
export async function ringPhone(
  what: Omit<NewLeg, 'channelId'> & { readonly timeoutMs: number; readonly channelId?: ChannelId },
  around: { readonly telephony: Telephony; readonly clock: Clock; readonly newId: () => string },
  on: { readonly ringing: () => void; readonly hangupReason: () => HangupReason },
  signal: Signal
): Promise<RingResult> {
  signal.throwIfAborted()
  const channel = around.telephony.channel(what.channelId ?? (`sb-${around.newId()}` as ChannelId))
  const leg = new Leg(channel, around.clock)
  using _ringing = channel.events.on((event) => {
    if (event.type === 'ringing') on.ringing()
  })
  using entered = channel.events.subscribe(isOneOf('entered', 'left', 'destroyed'))
  using decided = channel.events.subscribe(isOneOf('answered', 'dial-failed', 'left', 'destroyed'))

  try {
    const { timeoutMs, ...newLeg } = what
    const created = await around.telephony.createLeg({ ...newLeg, channelId: channel.id })
    if (!created.ok) return giveUp(leg, created.problem === 'unavailable' ? 'away' : 'unreachable')
    const first = await entered.first(signal)
    if (first.type !== 'entered') return giveUp(leg, 'unreachable')
    const dialed = await channel.dial(timeoutMs + ASTERISK_MARGIN_MS)
    if (!dialed.ok) return giveUp(leg, dialed.problem === 'unavailable' ? 'away' : 'unreachable')

    const news = await decided.first(signal)
    if (news.type === 'answered') return { kind: 'answered', leg }
    return giveUp(leg, failureOf(news), news.type === 'destroyed' ? news.cause : 0)
  } catch (reason) {
    await leg.drop(on.hangupReason())
    throw reason
  }
}

async function giveUp(leg: Leg, kind: Exclude<RingResult['kind'], 'answered'>, cause = 0): Promise<RingResult> {
  await leg.drop()
  return { kind, cause }
}

function failureOf(news: Deciding): Exclude<RingResult['kind'], 'answered'> {
  if (news.type === 'destroyed') return kindOfCause(news.cause)
  if (news.type !== 'dial-failed') return 'unreachable'
  return news.status === 'cancelled' ? 'no-answer' : news.status
}

/** Q.850: 17 user busy, 21 call rejected, 18 no user responding, 19 no answer. */
function kindOfCause(cause: number): Exclude<RingResult['kind'], 'answered'> {
  if (cause === 17) return 'busy'
  if (cause === 21) return 'rejected'
  if (cause === 18 || cause === 19) return 'no-answer'
  return 'unreachable'
}

function isOneOf<Type extends ChannelEvent['type']>(...types: readonly Type[]) {
  return (event: ChannelEvent): event is Extract<ChannelEvent, { type: Type }> =>
    (types as readonly string[]).includes(event.type)
}
