import { signal } from '@preact/signals'
import { RequestFailed, type ResultOf } from '../client/public.ts'
import { askNow } from './order.ts'

/** How many are shown at once: the soonest due. */
const SHOWN_MAX = 20

/** The open promises as they were read last; unset: not yet, or they cannot be read now. */
export const duePromises = signal<ResultOf<'promise.list'> | undefined>(undefined)
/** The last try to read them failed. */
export const promisesUnread = signal(false)

/** Reads them anew: nobody is told of promises of calls that are over. */
export async function loadPromises(): Promise<void> {
  try {
    duePromises.value = await askNow('promise.list', { limit: SHOWN_MAX })
    promisesUnread.value = false
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
    promisesUnread.value = true
  }
}

/** The page is left: whoever signs in next reads their own. */
export function forgetPromises(): void {
  duePromises.value = undefined
  promisesUnread.value = false
}
