import type { CallView } from '../../cti/messages.ts'
import { dispositionOptions } from '../choices.ts'

type History = NonNullable<NonNullable<CallView['data']>['history']>

/** The last calls of the customer: when, what about, and what came of them. */
export function PastCalls({ history }: { readonly history: History }) {
  const titles = new Map(dispositionOptions(undefined).map(({ value, text }) => [value, text]))
  return (
    <ul class="past">
      {history.map(({ contactId, startedAt, intent, queues, result, disposition }) => (
        <li key={`${contactId} ${startedAt}`}>
          <time dateTime={new Date(startedAt).toISOString()}>
            {new Date(startedAt).toLocaleString([], { dateStyle: 'short', timeStyle: 'short' })}
          </time>{' '}
          <span>{intent ?? queues.at(-1)}</span>
          <span class="quiet small"> {disposition === undefined ? result : (titles.get(disposition) ?? disposition)}</span>
        </li>
      ))}
    </ul>
  )
}
