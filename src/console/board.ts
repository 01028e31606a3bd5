import { signal } from '@preact/signals'
import type { AgentView, CallView, CtiEvent, PhoneView, QueueView, Snapshot } from '../cti/messages.ts'

/** What is going on, as the server told it. The page shows this and never guesses. */
export interface Board {
  readonly me: Snapshot['me']
  readonly calls: ReadonlyMap<string, CallView>
  readonly agents: ReadonlyMap<string, AgentView>
  readonly phones: ReadonlyMap<string, PhoneView>
  readonly queues: ReadonlyMap<string, QueueView>
}

export const board = signal<Board | undefined>(undefined)

/** The board as a snapshot describes it. */
export function boardOf({ me, calls, agents, phones, queues }: Snapshot): Board {
  return {
    me,
    calls: new Map(calls.map((call) => [call.callId, call])),
    agents: new Map(agents.map((agent) => [agent.agentId, agent])),
    phones: new Map(phones.map((phone) => [phone.deviceId, phone])),
    queues: new Map(queues.map((queue) => [queue.queue, queue]))
  }
}

/** The board after one event. */
export function boardAfter(board: Board, event: CtiEvent): Board {
  if ('connections' in event) {
    // Data that has not changed is left out of the event.
    const data = event.data ?? board.calls.get(event.callId)?.data
    const call: CallView = { ...event, ...(data && { data }) }
    return withoutEnded({ ...board, calls: new Map(board.calls).set(event.callId, call) })
  }
  if ('team' in event) return withoutEnded({ ...board, agents: new Map(board.agents).set(event.agentId, event) })
  if ('inService' in event) return { ...board, phones: new Map(board.phones).set(event.deviceId, event) }
  if (event.type === 'queueChanged') return { ...board, queues: new Map(board.queues).set(event.queue, event) }
  if (event.type === 'voicemailLeft' || event.type === 'voicemailChanged') {
    const queue = board.queues.get(event.queue)
    if (queue === undefined) return board
    return { ...board, queues: new Map(board.queues).set(event.queue, { ...queue, newMessages: event.newMessages }) }
  }
  return board
}

/** A call that is over stays as long as an agent wraps it up. */
function withoutEnded(board: Board): Board {
  const held = new Set([...board.agents.values()].map(({ callId }) => callId))
  const calls = [...board.calls].filter(([callId, { endedAt }]) => endedAt === undefined || held.has(callId))
  return calls.length === board.calls.size ? board : { ...board, calls: new Map(calls) }
}
