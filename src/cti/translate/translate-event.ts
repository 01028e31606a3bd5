import type { AgentState } from '../../domain/agent.ts'
import type { DomainEvent } from '../../domain/events.ts'
import type { CallBoard, CallChange } from '../board/call-board.ts'
import type { AgentEvent } from '../messages.ts'
import { aside, translateCall } from './translate-call.ts'
import { translateCallback } from './translate-callback.ts'
import { translateVoicemail } from './translate-voicemail.ts'
import type { Subject, Translation, Without } from './translation.ts'

/** One domain event in the words of CSTA: none, one, or two (an offer's end is both `diverted` and its outcome). Call after `board.apply`. */
export function translateEvent(event: DomainEvent, change: CallChange, board: CallBoard): readonly Translation[] {
  // Nearly half of what is told of a call, and shown to nobody.
  if (event.type === 'step.left') return []
  const time = new Date(event.at).toISOString()

  switch (event.type) {
    case 'agent.changed': {
      const agent = board.agents.get(event.status.agentId)
      if (agent === undefined) return []
      const type = event.previous === 'loggedOff' && agent.state !== 'loggedOff' ? 'agentLoggedOn' : agentEvents[agent.state]
      const body: Without<AgentEvent, 'seq'> = { type, time, ...agent }
      return [{ subject: { kind: 'agent', agentId: agent.agentId }, body }]
    }
    case 'phone.changed': {
      const phone = board.phones.get(event.device)
      if (phone === undefined) return []
      const subject: Subject = { kind: 'phone', deviceId: phone.deviceId, agentId: phone.agentId }
      return [{ subject, body: { type: phone.inService ? 'backInService' : 'outOfService', time, ...phone } }]
    }
    case 'queue.changed': {
      const queue = board.queues.get(event.status.queue)
      if (queue === undefined) return []
      return [{ subject: { kind: 'queue', queue: queue.queue }, body: { type: 'queueChanged', time, ...queue } }]
    }
    case 'customer.changed': {
      const { customer, merged, by } = event
      const subject: Subject = { kind: 'customer', customer: customer.id, calls: board.callsOf(customer.id) }
      const who = { customer, ...(merged !== undefined && { mergedId: merged }), by }
      return [{ subject, body: { type: 'customerChanged', time, ...who } }]
    }
    case 'promise.changed':
      return board.callsShowing(event.promise.id).map((call) => ({
        subject: { kind: 'call', call },
        body: { type: 'callInformation', time, cause: 'normal', ...call.view }
      }))
    case 'flow.reloaded': {
      const { flow, version } = event
      return [{ subject: { kind: 'flow', flow }, body: { type: 'flowReloaded', time, flow, version } }]
    }
    case 'voicemail.left':
    case 'voicemail.changed':
      return translateVoicemail(event, board, time)
    case 'callback.booked':
    case 'callback.changed':
    case 'callback.ended':
      return translateCallback(event, time)
    case 'agent.wrapped-up':
    case 'desk.changed':
    case 'user.signed-in':
      return []
    default: {
      const call = change.after
      const ofCallback =
        event.type === 'callback.dialed' || event.type === 'callback.attempted' ? translateCallback(event, time) : []
      return call === undefined
        ? ofCallback
        : joined(ofCallback, translateCall(event, call, board, time), aside(event, board, time))
    }
  }
}

/** Nearly always there is nothing but what is told of the call. */
function joined(
  before: readonly Translation[],
  ofCall: readonly Translation[],
  beside: readonly Translation[]
): readonly Translation[] {
  return before.length + beside.length === 0 ? ofCall : [...before, ...ofCall, ...beside]
}

const agentEvents = {
  loggedOff: 'agentLoggedOff',
  notReady: 'agentNotReady',
  ready: 'agentReady',
  reserved: 'agentBusy',
  busy: 'agentBusy',
  workingAfterCall: 'agentWorkingAfterCall'
} as const satisfies Record<AgentState, AgentEvent['type']>
