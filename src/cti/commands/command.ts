import type { AgentStatus } from '../../domain/agent.ts'
import type { Centre } from '../../domain/centre.ts'
import type { CallbackCommands } from '../../domain/ports/callbacks.ts'
import type { CustomerDesk } from '../../domain/ports/customer-desk.ts'
import type { AgentCommands, CallCommands, DeskProblem, DeskResult } from '../../domain/ports/desk.ts'
import type { CallBoard } from '../board/call-board.ts'
import type { CallRecord } from '../board/call-record.ts'
import type { AgentView, Connection, Method, ParamsOf, ResultOf } from '../messages.ts'
import type { SessionRoutes } from '../session/session-routes.ts'
import { allowedActions, ownConnection } from '../view/allowed-actions.ts'
import type { Viewer } from '../view/viewer.ts'
import { maySeeCall } from '../view/visibility.ts'

/** What a command works with: who gave it, what can be seen, and where it goes. */
export interface CommandDesk {
  readonly viewer: Viewer
  readonly board: CallBoard
  readonly centre: Pick<Centre, 'suggestions'>
  readonly agents: AgentCommands
  readonly calls: CallCommands
  readonly callbacks: CallbackCommands
  readonly customers: CustomerDesk
  readonly routes: SessionRoutes
}

export type CommandProblem =
  | DeskProblem
  | 'NOT_ALLOWED'
  | 'DEVICE_UNKNOWN'
  | 'QUEUE_UNKNOWN'
  | 'CUSTOMER_UNKNOWN'
  | 'CUSTOMER_INVALID'
  | 'CUSTOMER_TOO_LARGE'
  | 'MERGE_UNKNOWN'
  | 'PROMISE_UNKNOWN'
  | 'CALLBACK_UNKNOWN'
  | 'CALLBACK_REFUSED'
  | 'CALLBACK_OVER'
  | 'MONITOR_UNKNOWN'
  | 'MONITOR_LIMIT'
  | 'ROUTE_UNKNOWN'
  | 'ROUTE_INVALID'
  | 'ROUTE_NOT_REGISTERED'

export type CommandResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly code: CommandProblem; readonly allowed?: readonly string[]; readonly detail?: string }

/** The result of a request whose effect arrives as an event. */
export type Done = ResultOf<'holdCall'>

/** Carries one request out; who may give it is decided here, whether it fits is decided by the core. */
export type Command<Name extends Method> = (
  params: ParamsOf<Name>,
  desk: CommandDesk
) => CommandResult<ResultOf<Name>> | Promise<CommandResult<ResultOf<Name>>>

/** The call, if this client sees it. One it does not see is as unknown as one that never was. */
export function findCall(desk: CommandDesk, callId: string): CallRecord | undefined {
  const call = desk.board.calls.get(callId)
  return call !== undefined && maySeeCall(desk.viewer, call) ? call : undefined
}

/** Runs a command of an agent on their own part of a call. */
export async function onOwnCall(
  desk: CommandDesk,
  callId: string,
  order: (call: CallRecord, own: Connection) => DeskResult | Promise<DeskResult>
): Promise<CommandResult<Done>> {
  const result = await ordered<undefined>(desk, callId, order)
  return result.ok ? { ok: true, value: {} } : result
}

/** The same, for an order that is answered with something. */
export async function ordered<Value>(
  desk: CommandDesk,
  callId: string,
  order: (call: CallRecord, own: Connection) => DeskResult<Value> | Promise<DeskResult<Value>>
): Promise<CommandResult<Value>> {
  const call = findCall(desk, callId)
  if (call === undefined) return { ok: false, code: 'CALL_UNKNOWN', allowed: [] }
  const own = ownConnection(desk.viewer, call)
  if (own === undefined) return { ok: false, code: 'NOT_ON_THIS_CALL', allowed: allowedActions(desk.viewer, call) }
  const result = await order(call, own)
  return result.ok ? result : { ok: false, code: result.code, allowed: allowedNow(desk, callId) }
}

/** The core's answer to an order about a call, as the client gets it. */
export function confirm(desk: CommandDesk, callId: string, result: DeskResult): CommandResult<Done> {
  return result.ok ? { ok: true, value: {} } : { ok: false, code: result.code, allowed: allowedNow(desk, callId) }
}

function allowedNow(desk: CommandDesk, callId: string): readonly string[] {
  const call = findCall(desk, callId)
  return call === undefined ? [] : allowedActions(desk.viewer, call)
}

/** The core's answer to an order about an agent, as the client gets it. */
export function confirmAgent(desk: CommandDesk, agentId: string, result: DeskResult<AgentStatus>): CommandResult<AgentView> {
  const agent = desk.board.agents.get(agentId)
  if (!result.ok) return { ok: false, code: result.code, allowed: agentStatesAllowed(agent) }
  if (agent === undefined) return { ok: false, code: 'AGENT_UNKNOWN' }
  return { ok: true, value: { ...agent, ...result.value } }
}

function agentStatesAllowed(agent: AgentView | undefined): readonly string[] {
  if (agent === undefined) return []
  return agent.state === 'loggedOff' ? ['loggedOn'] : ['ready', 'notReady', 'loggedOff']
}
