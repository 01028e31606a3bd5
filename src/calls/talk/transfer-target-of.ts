import { callTargetOf } from '../../domain/call-target.ts'
import type { TransferTarget } from '../../domain/caller.ts'
import type { CallsOffice } from '../call/office.ts'

/**
 * Where a phone's transfer key leads: a colleague by their extension, a number of a flow, or one that the dial rules allow. Of an address Asterisk
 * tells the user part only.
 */
export function transferTargetOf(to: string, { centre, world }: CallsOffice): TransferTarget | undefined {
  if (centre.agents.has(to)) return { kind: 'agent', agentId: to }
  if (world.flows.byNumber(to) !== undefined) return { kind: 'number', number: to }
  const outside = callTargetOf(to, centre)
  return outside?.kind === 'outside' ? { kind: 'sip', uri: outside.address } : undefined
}
