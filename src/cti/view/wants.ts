import type { CallRecord } from '../board/call-record.ts'
import type { Subject } from '../translate/translation.ts'
import type { Narrowing } from './viewer.ts'

/** Whether a filter names what an event is about; whether its client may see that is another question. */
export function wants(one: Narrowing, subject: Subject): boolean {
  switch (subject.kind) {
    case 'call':
    case 'supervision':
      return wantsCall(one, subject.call)
    case 'offer':
      return (one.agents?.has(subject.agentId) ?? true) && wantsCall(one, subject.call)
    case 'agent':
      return wantsAgent(one, subject.agentId)
    case 'phone':
      return wantsAgent(one, subject.agentId ?? subject.deviceId)
    case 'queue':
      return wantsQueue(one, subject.queue)
    case 'customer':
      return isOpen(one) || subject.calls.some((call) => wantsCall(one, call))
    // A filter of agents, queues and calls does not touch them.
    case 'flow':
      return true
    default:
      return subject satisfies never
  }
}

/** A filter that names agents, queues or calls wants the calls that touch one of them, and consultations about these. */
export function wantsCall(one: Narrowing, { agents: touched, queues: been, view }: CallRecord): boolean {
  const { agents, queues, calls } = one
  if (isOpen(one)) return true
  if (calls !== undefined && (calls.has(view.callId) || calls.has(view.consultationOf ?? ''))) return true
  return overlap(touched, agents) || overlap(been, queues)
}

/** Whether it names nothing but events. */
function isOpen({ agents, queues, calls }: Narrowing): boolean {
  return agents === undefined && queues === undefined && calls === undefined
}

/** Whoever names calls wants no agents that are not named. */
export function wantsAgent({ agents, calls }: Narrowing, agentId: string): boolean {
  return agents?.has(agentId) ?? calls === undefined
}

/** Whoever names calls wants no queues that are not named. */
export function wantsQueue({ queues, calls }: Narrowing, queue: string): boolean {
  return queues?.has(queue) ?? calls === undefined
}

/** `few` is a call's own small set; `many` may be a whole centre. */
export function overlap(few: ReadonlySet<string>, many: ReadonlySet<string> | undefined): boolean {
  if (many === undefined) return false
  for (const item of few) if (many.has(item)) return true
  return false
}
