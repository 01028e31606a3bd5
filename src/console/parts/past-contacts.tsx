import type { CallView } from '../../cti/messages.ts'
import { dispositionOptions } from '../choices.ts'
import type { Words } from '../words/en.ts'
import { locale, say } from '../words.ts'

type Past = NonNullable<NonNullable<CallView['data']>['history']>[number]

const callbackWords: Readonly<Record<NonNullable<Extract<Past, { kind: 'callback' }>['outcome']>, keyof Words>> = {
  talked: 'pastKept',
  'called-in': 'pastCalledIn',
  unreached: 'pastNotKept',
  expired: 'pastNotKept',
  'not-allowed': 'pastNotKept',
  cancelled: 'pastCancelled',
  fault: 'pastNotKept'
}
const messageWords = {
  new: 'pastNew',
  heard: 'pastHeard',
  done: 'pastDone'
} as const
const promiseWords = {
  open: 'promiseOpen',
  kept: 'promiseKept',
  dropped: 'promiseDropped'
} as const

/** The last contacts of the customer: when, by what, what about, and what came of them. */
export function PastContacts({ history }: { readonly history: readonly Past[] }) {
  return (
    <ul class="past">
      {history.map((past) => (
        <li key={`${past.kind} ${past.contactId} ${past.startedAt}`}>
          <time dateTime={new Date(past.startedAt).toISOString()}>
            {new Date(past.startedAt).toLocaleString(locale(), { dateStyle: 'short', timeStyle: 'short' })}
          </time>{' '}
          {past.kind !== 'call' && <span class="badge">{say(past.kind === 'message' ? 'pastMessage' : 'callback')}</span>}{' '}
          <span>{(past.kind === 'call' ? past.intent : undefined) ?? past.queues.at(-1)}</span>
          <span class="quiet small"> {endOf(past)}</span>
          {past.kind === 'call' && past.promises && (
            <ul>
              {past.promises.map(({ promiseId, what, state }) => (
                <li key={promiseId}>
                  {say('promise')}: {what} <span class="quiet small">{say(promiseWords[state])}</span>
                </li>
              ))}
            </ul>
          )}
        </li>
      ))}
    </ul>
  )
}

/** What came of it. */
function endOf(past: Past): string | undefined {
  if (past.kind === 'message') return say(messageWords[past.state])
  if (past.kind === 'callback') return say(past.outcome === undefined ? 'pastAsked' : callbackWords[past.outcome])
  const { disposition } = past
  if (disposition === undefined) return past.result
  return dispositionOptions(undefined).find(({ value }) => value === disposition)?.text ?? disposition
}
