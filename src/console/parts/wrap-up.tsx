import { useSignal } from '@preact/signals'
import { clockText, now } from '../now.ts'
import { order, ordersUnderWay } from '../order.ts'
import { say } from '../words.ts'

const dispositions = {
  solved: 'dispositionSolved',
  'follow-up': 'dispositionFollowUp',
  'not-solved': 'dispositionNoReach'
} as const

/** What came of the call, and back to work. */
export function WrapUp({ until }: { readonly until: number | undefined }) {
  const disposition = useSignal<keyof typeof dispositions>('solved')
  const notes = useSignal('')
  const submit = (event: Event) => {
    event.preventDefault()
    const text = notes.value.trim()
    void order('contact.wrapUp', { disposition: disposition.value, ...(text !== '' && { notes: text }) })
  }
  return (
    <form class="wrap-up fields" onSubmit={submit}>
      <label>
        {say('disposition')}
        <select
          value={disposition.value}
          onChange={(event) => (disposition.value = event.currentTarget.value as keyof typeof dispositions)}
        >
          {Object.entries(dispositions).map(([value, word]) => (
            <option key={value} value={value}>
              {say(word)}
            </option>
          ))}
        </select>
      </label>
      <label class="grow">
        {say('notes')}
        <textarea
          rows={2}
          maxLength={10_000}
          value={notes.value}
          onInput={(event) => (notes.value = event.currentTarget.value)}
        />
      </label>
      <div class="line">
        <button type="submit" class="main" disabled={ordersUnderWay.value > 0}>
          {say('finishWrapUp')}
        </button>
        {until !== undefined && <span class="quiet small">{say('wrapUpEnds', clockText(until - now.value))}</span>}
      </div>
    </form>
  )
}
