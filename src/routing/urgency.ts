import type { OrderSettings, WaitingCall } from '../domain/queue.ts'

/**
 * What decides who is next: emergencies, then whoever counts as having come first.
 *
 * Priorities are head starts on one line of time (Kleinrock's time-dependent priorities with equal slopes): everybody gains
 * one second of urgency per second, so the order of two callers never changes while they wait, and an index can hold it.
 * With different slopes it would change by itself, and each decision would have to look at everybody.
 *
 * Nobody starves. Let H(c) be all head starts of caller c together (priority, age bonus, and between queues the queue's
 * lead), and H the largest there is. Caller d goes before c only if d came before `enqueuedAt(c) + B(c)` with
 *
 *   B(c) = H − H(c)
 *
 * So once c has waited B(c), nobody who comes later is served before c by an agent who fits c; those ahead are finitely many
 * and only become fewer. With the default head starts, and without bonus and lead, B is 0 for high, 5 minutes for normal and
 * 10 minutes for low. Emergencies are outside of this bound: each of them goes before c, however long c has waited.
 */
export interface Urgency {
  readonly emergency: boolean
  /** When the caller counts as having come (ms): earlier than they did by their head starts. */
  readonly agedSince: number
  /** Order of arrival, where the times are equal. */
  readonly sequence: number
}

/** The most urgent first. */
export function byUrgency(one: Urgency, other: Urgency): number {
  if (one.emergency !== other.emergency) return one.emergency ? -1 : 1
  return one.agedSince - other.agedSince || one.sequence - other.sequence
}

/** When that caller counts as having come, within their queue. */
export function agedSince({ priority, enqueuedAt, ageBonusMs = 0 }: WaitingCall, { headStartMs }: OrderSettings): number {
  return enqueuedAt - ageBonusMs - (priority === 'emergency' ? 0 : headStartMs[priority])
}

/** The same caller as seen from another queue, whose callers have `leadMs` more (or less) than those of theirs. */
export function shifted({ emergency, agedSince, sequence }: Urgency, leadMs: number): Urgency {
  return { emergency, agedSince: agedSince + leadMs, sequence }
}
