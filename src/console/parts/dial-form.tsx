import { useSignal } from '@preact/signals'
import { order, ordersUnderWay } from '../order.ts'
import { say } from '../words.ts'

/** Calls somebody: the agent's own phone rings first and answers by itself. */
export function DialForm() {
  const to = useSignal('')
  const submit = async (event: Event) => {
    event.preventDefault()
    if (await order('makeCall', { to: to.value.trim() })) to.value = ''
  }
  return (
    <form class="line dial" onSubmit={submit}>
      <input
        aria-label={say('dialNumber')}
        placeholder={say('dialNumber')}
        inputMode="tel"
        required
        maxLength={256}
        value={to.value}
        onInput={(event) => (to.value = event.currentTarget.value)}
      />
      <button type="submit" disabled={ordersUnderWay.value > 0}>
        {say('call')}
      </button>
    </form>
  )
}
