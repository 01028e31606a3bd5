import { signal } from '@preact/signals'
import type { ParamsOf } from '../cti/messages.ts'

type Noted = Pick<ParamsOf<'contact.wrapUp'>, 'disposition' | 'notes' | 'promises'>

/** A promise as it is typed; nothing is promised while it is blank. */
export interface PromiseDraft {
  readonly what: string
  /** A day, as the browser gives it: `2026-11-27`, or empty. */
  readonly until: string
}

export interface WrapUpDraft {
  readonly callId: string
  /** What the agent has chosen; unset as long as they have not. */
  readonly disposition?: string
  readonly notes: string
  readonly promises: readonly PromiseDraft[]
}

const draft = signal<WrapUpDraft | undefined>(undefined)

/** The days by which something can be promised: today or later. Browsers let years of up to six digits be typed; the server knows four. */
export function promisableDays(today: Date = new Date()): { readonly min: string; readonly max: string } {
  const two = (value: number) => String(value).padStart(2, '0')
  return { min: `${today.getFullYear()}-${two(today.getMonth() + 1)}-${two(today.getDate())}`, max: '9999-12-31' }
}

/** What the agent has noted of that call so far. */
export function draftOf(callId: string): WrapUpDraft {
  return draft.value?.callId === callId ? draft.value : { callId, notes: '', promises: [] }
}

export function editDraft(callId: string, change: Partial<WrapUpDraft>): void {
  draft.value = { ...draftOf(callId), ...change }
}

/** What would be lost if the wrap-up ended now; undefined when nothing was noted. A day that is still being typed is left out: with it nothing would be taken. */
export function unsentNotes(callId: string): Noted | undefined {
  const { disposition, notes, promises } = draftOf(callId)
  const text = notes.trim()
  const { min, max } = promisableDays()
  const isDay = (until: string) => until.length === max.length && until >= min
  const promised = promises
    .map(({ what, until }) => ({ what: what.trim(), ...(isDay(until) && { until }) }))
    .filter(({ what }) => what !== '')
  if (disposition === undefined && text === '' && promised.length === 0) return undefined
  return {
    ...(disposition !== undefined && { disposition }),
    ...(text !== '' && { notes: text }),
    ...(promised.length > 0 && { promises: promised })
  }
}
