import type { PastContact } from '../../domain/past-contact.ts'
import type { GivenPromise, OpenPromise } from '../../domain/promise.ts'
import type { CallRecord } from '../board/call-record.ts'
import type { CallView, ContactView, OpenPromiseView, PromiseView } from '../messages.ts'
import { allowedActions } from './allowed-actions.ts'
import type { Viewer } from './viewer.ts'

type Data = NonNullable<CallView['data']>

/** Which of the customer's past contacts the viewer is shown with the call: all, or those of the viewer's own agents. */
export function shownPast({ seesPast, ledAgents, username }: Viewer, { past = [] }: CallRecord): readonly PastContact[] {
  return seesPast ? past : past.filter(({ agents }) => agents.some((agent) => agent === username || ledAgents.has(agent)))
}

/** Data of a call with these past contacts. Who took them is nobody's business here, nor where they came from. */
export function withPast(data: Data, past: readonly PastContact[]): Data {
  if (past.length === 0) return data
  return { ...data, history: past.map(shownContact) }
}

/** A contact as those may read it who see the call, not the contact. */
function shownContact(past: PastContact): NonNullable<Data['history']>[number] {
  const { agents: _, ...view } = contactView(past)
  if (view.kind !== 'call') return view
  const { callId: _id, endedAt: _end, caller: _from, dialed: _to, tags: _tags, ...shown } = view
  return shown
}

/** A contact as whoever may read it is told. */
export function contactView(past: PastContact): ContactView {
  if (past.kind !== 'call') return past
  const { promises, ...call } = past
  return {
    ...call,
    ...(promises !== undefined && { promises: promises.map(promiseView) })
  }
}

/** A promise as clients see it. */
export function promiseView({ id, contactId: _, ...promise }: GivenPromise): PromiseView {
  return { promiseId: id, ...promise }
}

/** The same with its contact, for those who may read that. */
export function openPromiseView({ id, ...promise }: OpenPromise): OpenPromiseView {
  return { promiseId: id, ...promise }
}

/** A call as that viewer may see it, who may see it. */
export function viewFor(viewer: Viewer, call: CallRecord): CallView {
  const { data, ...view } = call.view
  const shown = data && withPast(data, shownPast(viewer, call))
  return { ...view, ...(shown !== undefined && { data: shown }), allowed: allowedActions(viewer, call) }
}
