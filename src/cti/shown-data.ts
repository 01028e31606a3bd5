import type { PastCall } from '../domain/ports/customer-desk.ts'
import { allowedActions } from './allowed-actions.ts'
import type { CallRecord } from './call-record.ts'
import type { CallView } from './messages.ts'
import type { Viewer } from './viewer.ts'

type Data = NonNullable<CallView['data']>

/** Which of the customer's past calls the viewer is shown with the call: all, or those of the viewer's own agents. */
export function shownPast({ seesPast, ledAgents, username }: Viewer, { past = [] }: CallRecord): readonly PastCall[] {
  return seesPast ? past : past.filter(({ agents }) => agents.some((agent) => agent === username || ledAgents.has(agent)))
}

/** Data of a call with these past calls. Who took them is nobody's business here. */
export function withPast(data: Data, past: readonly PastCall[]): Data {
  if (past.length === 0) return data
  const history = past.map(({ contactId, startedAt, door, intent, queues, result, disposition }) => ({
    ...{ contactId, startedAt, queues },
    ...(door !== undefined && { door }),
    ...(intent !== undefined && { intent }),
    ...(result !== undefined && { result }),
    ...(disposition !== undefined && { disposition })
  }))
  return { ...data, history }
}

/** A call as that viewer may see it, who may see it. */
export function viewFor(viewer: Viewer, call: CallRecord): CallView {
  const { data, ...view } = call.view
  const shown = data && withPast(data, shownPast(viewer, call))
  return { ...view, ...(shown !== undefined && { data: shown }), allowed: allowedActions(viewer, call) }
}
