import { useEffect } from 'preact/hooks'
import type { AgentView } from '../../cti/messages.ts'
import { dispositionOptions } from '../choices.ts'
import { clockText, now, serverTime } from '../now.ts'
import { order, ordersUnderWay } from '../order.ts'
import { say } from '../words.ts'
import { draftOf, editDraft, unsentNotes } from '../wrap-up-draft.ts'
import { PromiseFields } from './promise-fields.tsx'

/** Notes leave this long before the wrap-up ends by itself, or in the last quarter of a very short one. */
const AHEAD_MS = 1000

/** What came of the call, and back to work. What was noted is sent in time when the wrap-up runs out. */
export function WrapUp({ callId, agent }: { readonly callId: string; readonly agent: AgentView }) {
  const { until, since, queue } = agent
  const options = dispositionOptions(queue)
  const { disposition = options[0]?.value, notes } = draftOf(callId)

  useEffect(() => {
    if (until === undefined) return
    const ahead = Math.min(AHEAD_MS, (until - since) / 4)
    const timer = setTimeout(() => sendNotes(callId), until - ahead - serverTime())
    return () => clearTimeout(timer)
  }, [callId, until, since])

  const submit = (event: Event) => {
    event.preventDefault()
    void order('contact.wrapUp', { ...(disposition !== undefined && { disposition }), ...unsentNotes(callId) })
  }
  return (
    <form class="wrap-up fields" onSubmit={submit}>
      <label>
        {say('disposition')}
        <select value={disposition} onChange={(event) => editDraft(callId, { disposition: event.currentTarget.value })}>
          {options.map(({ value, text }) => (
            <option key={value} value={value}>
              {text}
            </option>
          ))}
        </select>
      </label>
      <label class="grow">
        {say('notes')}
        <textarea
          rows={2}
          maxLength={10_000}
          value={notes}
          onInput={(event) => editDraft(callId, { notes: event.currentTarget.value })}
        />
      </label>
      <PromiseFields callId={callId} />
      <div class="line">
        <button type="submit" class="main" disabled={ordersUnderWay.value > 0}>
          {say('finishWrapUp')}
        </button>
        <button
          type="button"
          class="plain"
          disabled={ordersUnderWay.value > 0}
          onClick={() => void order('contact.extendWrapUp', {})}
        >
          {say('moreWrapUp')}
        </button>
        {until !== undefined && <span class="quiet small">{say('wrapUpEnds', clockText(until - now.value))}</span>}
      </div>
    </form>
  )
}

function sendNotes(callId: string): void {
  const noted = unsentNotes(callId)
  if (noted !== undefined) void order('contact.wrapUp', noted)
}
