import type { ComponentChildren } from 'preact'
import type { PromiseView } from '../../cti/messages.ts'
import { now } from '../now.ts'
import { order, ordersUnderWay } from '../order.ts'
import { locale, say } from '../words.ts'

interface Props {
  readonly promise: PromiseView
  /** Below what was promised. */
  readonly children?: ComponentChildren
  /** It was marked. */
  readonly marked?: () => void
}

/** An open promise, and what became of it. */
export function PromiseRow({ promise, children, marked }: Props) {
  const { promiseId } = promise
  const mark = async (state: 'kept' | 'dropped') => {
    if (await order('promise.update', { promiseId, state })) marked?.()
  }
  return (
    <li>
      <div class="grow">
        {promise.what} <Until promise={promise} />
        {children}
      </div>
      <button type="button" class="plain" disabled={ordersUnderWay.value > 0} onClick={() => void mark('kept')}>
        {say('promiseKept')}
      </button>
      <button type="button" class="plain" disabled={ordersUnderWay.value > 0} onClick={() => void mark('dropped')}>
        {say('promiseDropped')}
      </button>
    </li>
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

/** When it is due, infinitely late when nobody said; a day is over when it is over here. */
export function dueAt({ until }: PromiseView): number {
  if (until === undefined) return Number.POSITIVE_INFINITY
  return Date.parse(isDay(until) ? `${until}T23:59:59.999` : until)
}

function isDay(until: string): boolean {
  return !until.includes('T')
}
