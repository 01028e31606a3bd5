import { signal } from '@preact/signals'
import type { CtiClient, ParamsOf } from '../client/public.ts'

export type SupervisionMode = ParamsOf<'singleStepConferenceCall'>['mode']

/** How the user of the page listens to calls, by call. */
export const supervised = signal<ReadonlyMap<string, SupervisionMode>>(new Map())

/** Follows what that client tells of its user. */
export function followSupervision(cti: CtiClient): void {
  supervised.value = new Map()
  cti.on('supervisionChanged', ({ supervisor, callId, mode }) => {
    if (supervisor === cti.state?.me.username) supervised.value = new Map(supervised.value).set(callId, mode)
  })
  cti.on('supervisionEnded', ({ supervisor, callId }) => {
    if (supervisor === cti.state?.me.username) supervised.value = new Map([...supervised.value].filter(([id]) => id !== callId))
  })
  // What happened while the connection was lost for long is not told as events: nothing is claimed then.
  cti.on('snapshot', () => {
    supervised.value = new Map()
  })
}
