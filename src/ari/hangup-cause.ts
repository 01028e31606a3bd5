import type { DialFailure, HangupReason } from '../domain/ports/telephony.ts'

/** ITU-T Q.850 causes that we hang up with. chan_pjsip turns them into SIP: 1 → 404, 17 → 486, 19 → 480, 21 → 603, 34 → 503. */
export const causeOf: Readonly<Record<HangupReason, number>> = {
  normal: 16,
  busy: 17,
  congestion: 34,
  'no-answer': 19,
  unallocated: 1,
  'answered-elsewhere': 26,
  rejected: 21
}

/** ITU-T Q.850: the far end hung up. */
export const NORMAL_CLEARING = 16

/** `AST_SOFTHANGUP_EXPLICIT`: somebody on our side hung up, or the dial timer did. It is not a Q.850 cause. */
export const SOFT_HANGUP = 32

/**
 * `AST_SOFTHANGUP_DEV`: of the modules we load only res_pjsip_sdp_rtp.c asks for it, when no RTP has come for too long. It sets the cause of
 * the channel to 44, which ChannelDestroyed would tell.
 */
const SOFT_DEVICE = 1
const CHANNEL_UNAVAILABLE = 44

/**
 * Q.850 cause that a ChannelHangupRequest stands for; 0 when it says none. A BYE without a Reason header has no cause and is a caller who
 * has hung up; what pjsip ends by itself (408, 503) has one (chan_pjsip_session_end in chan_pjsip.c).
 */
export function causeOfRequest(cause: number, soft: boolean): number {
  if (soft) return cause === SOFT_DEVICE ? CHANNEL_UNAVAILABLE : 0
  return cause || NORMAL_CLEARING
}

const bySipStatus: Readonly<Record<number, DialFailure>> = { 486: 'busy', 600: 'busy', 603: 'rejected', 487: 'cancelled' }
/** Normal clearing: the phone answered and hung up in one moment, before Asterisk had told of the answer. */
const byCause: Readonly<Record<number, DialFailure>> = {
  [NORMAL_CLEARING]: 'rejected',
  17: 'busy',
  21: 'rejected',
  26: 'cancelled'
}

/** Why a leg that we dialled came to nothing. */
export function dialFailure(told: {
  readonly cause: number
  readonly sipStatus: number | undefined
  readonly byUs: boolean
}): DialFailure {
  if (told.byUs) return 'cancelled'
  if (told.sipStatus !== undefined) return bySipStatus[told.sipStatus] ?? 'unreachable'
  // The timer given to `dial` ends a leg without a word from the phone.
  if (told.cause === SOFT_HANGUP) return 'no-answer'
  return byCause[told.cause] ?? 'unreachable'
}

/** What Asterisk tells of an end. */
export interface HangupNews {
  readonly cause?: number | undefined
  readonly causeText?: string | undefined
  readonly sipStatus?: number | undefined
  /** `cause` is one of Asterisk's own flags, not of Q.850 (`ast_softhangup` in main/channel.c). */
  readonly soft?: boolean | undefined
  /** Asterisk itself has ended, and nobody has hung up. */
  readonly withAsterisk?: boolean
}
