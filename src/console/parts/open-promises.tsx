import type { CallView } from '../../cti/messages.ts'
import { say } from '../words.ts'
import { dueAt, PromiseRow } from './promise-row.tsx'

type History = NonNullable<NonNullable<CallView['data']>['history']>

/** What the customer was promised and nobody has said was kept: what the agent must see before anything else. */
export function OpenPromises({ history }: { readonly history: History }) {
  const open = history
    .flatMap((past) => (past.kind === 'call' ? (past.promises ?? []) : []))
    .filter(({ state }) => state === 'open')
    .toSorted((one, other) => dueAt(one) - dueAt(other))
  if (open.length === 0) return null
  return (
    <section class="promises" aria-labelledby="promises-title">
      <h3 id="promises-title">{say('openPromises')}</h3>
      <ul>
        {open.map((promise) => (
          <PromiseRow key={promise.promiseId} promise={promise} />
        ))}
      </ul>
    </section>
  )
}
