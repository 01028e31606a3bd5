import type { CallReach } from '../../domain/ports/customer-desk.ts'
import type { Viewer } from '../view/viewer.ts'
import { maySeeCall } from '../view/visibility.ts'
import type { CommandDesk } from './command.ts'

/** The calls that the client may read, past ones too. A filter of its monitor does not matter here. */
export function reachOf({ unlimited, username, ledAgents, callQueues }: Viewer): CallReach | undefined {
  return unlimited ? undefined : { agents: [username, ...ledAgents], queues: [...callQueues] }
}

/** Whether they decide who is who; what concerns two customers is not for agents to say. */
export function mayMerge({ role }: Viewer): boolean {
  return role === 'crm' || role === 'admin'
}

/** Customers are known to those who see, or may read, a call of theirs: who looks for others learns nothing, not even that they exist. */
export async function maySeeCustomer({ viewer, board, customers }: CommandDesk, customer: string): Promise<boolean> {
  const reach = reachOf(viewer)
  if (reach === undefined) return true
  for (const call of board.calls.values()) if (call.view.customer?.id === customer && maySeeCall(viewer, call)) return true
  return await customers.mayRead({ customer }, reach)
}
