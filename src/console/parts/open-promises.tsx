import type { CallView, PromiseView } from '../../cti/messages.ts'
import { now } from '../now.ts'
import { order, ordersUnderWay } from '../order.ts'
import { locale, say } from '../words.ts'

type History = NonNullable<NonNullable<CallView['data']>['history']>

/** What the customer was promised and nobody has said was kept: what the agent must see before anything else. */
export function OpenPromises({ history }: { readonly history: History }) {
  const open = history
    .flatMap((past) => (past.kind === 'call' ? (past.promises ?? []) : []))
    .filter(({ state }) => state === 'open')
    .toSorted((one, other) => dueAt(one) - dueAt(other))
  if (open.length === 0) return null
  const mark = (promiseId: string, state: 'kept' | 'dropped') => void order('promise.update', { promiseId, state })
  return (
    <section class="promises" aria-labelledby="promises-title">
      <h3 id="promises-title">{say('openPromises')}</h3>
      <ul>
        {open.map((promise) => (
          <li key={promise.promiseId}>
            <span class="grow">
              {promise.what} <Until promise={promise} />
            </span>
            <button
              type="button"
              class="plain"
              disabled={ordersUnderWay.value > 0}
              onClick={() => mark(promise.promiseId, 'kept')}
            >
              {say('promiseKept')}
            </button>
            <button
              type="button"
              class="plain"
              disabled={ordersUnderWay.value > 0}
              onClick={() => mark(promise.promiseId, 'dropped')}
            >
              {say('promiseDropped')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** By when, and whether that is over. */
function Until({ promise }: { readonly promise: PromiseView }) {
  const { until } = promise
  if (until === undefined) return null
  const isLate = dueAt(promise) < now.value
  const day = isDay(until)
  const text = new Date(day ? `${until}T12:00` : until).toLocaleString(locale(), {
    dateStyle: 'medium',
    ...(day ? {} : { timeStyle: 'short' })
  })
  return (
    <time class={`small ${isLate ? 'late' : 'quiet'}`} dateTime={until}>
      {say(isLate ? 'promiseLate' : 'promiseBy', text)}
    </time>
  )
}

/** A day is over when it is over here. */
function dueAt({ until }: PromiseView): number {
  if (until === undefined) return Number.POSITIVE_INFINITY
  return Date.parse(isDay(until) ? `${until}T23:59:59.999` : until)
}

function isDay(until: string): boolean {
  return !until.includes('T')
}
