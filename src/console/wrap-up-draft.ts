import { signal } from '@preact/signals'
import type { ParamsOf } from '../cti/messages.ts'

export interface WrapUpDraft {
  readonly callId: string
  /** What the agent has chosen; unset as long as they have not. */
  readonly disposition?: string
  readonly notes: string
}

const draft = signal<WrapUpDraft | undefined>(undefined)

/** What the agent has noted of that call so far. */
export function draftOf(callId: string): WrapUpDraft {
  return draft.value?.callId === callId ? draft.value : { callId, notes: '' }
}

export function editDraft(callId: string, change: Partial<WrapUpDraft>): void {
  draft.value = { ...draftOf(callId), ...change }
}

/** What would be lost if the wrap-up ended now; undefined when nothing was noted. */
export function unsentNotes(callId: string): Pick<ParamsOf<'contact.wrapUp'>, 'disposition' | 'notes'> | undefined {
  const { disposition, notes } = draftOf(callId)
  const text = notes.trim()
  if (disposition === undefined && text === '') return undefined
  return { ...(disposition !== undefined && { disposition }), ...(text !== '' && { notes: text }) }
}
