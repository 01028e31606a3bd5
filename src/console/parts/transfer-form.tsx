import { useSignal } from '@preact/signals'
import type { ParamsOf } from '../../cti/messages.ts'
import { board } from '../board.ts'
import { order, ordersUnderWay } from '../order.ts'
import { say } from '../words.ts'

type Target = ParamsOf<'singleStepTransferCall'>['to']

interface Props {
  readonly callId: string
  done(): void
}

/** Where to send the caller: a queue, an agent or a number. */
export function TransferForm({ callId, done }: Props) {
  const kind = useSignal<'queue' | 'agent' | 'number'>('queue')
  const queues = [...(board.value?.queues.values() ?? [])]
  const queue = useSignal(queues[0]?.queue ?? '')
  const other = useSignal('')

  const submit = async (event: Event) => {
    event.preventDefault()
    if (await order('singleStepTransferCall', { callId, to: target(kind.value, queue.value, other.value.trim()) })) done()
  }

  return (
    <form class="line transfer" onSubmit={submit}>
      <select
        aria-label={say('transferTo')}
        value={kind.value}
        onChange={(event) => (kind.value = event.currentTarget.value as typeof kind.value)}
      >
        <option value="queue">{say('toQueue')}</option>
        <option value="agent">{say('toAgent')}</option>
        <option value="number">{say('toNumber')}</option>
      </select>
      {kind.value === 'queue' ? (
        <select aria-label={say('queue')} value={queue.value} onChange={(event) => (queue.value = event.currentTarget.value)}>
          {queues.map(({ queue, title }) => (
            <option key={queue} value={queue}>
              {title}
            </option>
          ))}
        </select>
      ) : (
        <input
          aria-label={say(kind.value === 'agent' ? 'agent' : 'number')}
          placeholder={kind.value === 'agent' ? '1002' : '95588'}
          inputMode="tel"
          required
          value={other.value}
          onInput={(event) => (other.value = event.currentTarget.value)}
        />
      )}
      <button type="submit" class="main" disabled={ordersUnderWay.value > 0}>
        {say('transfer')}
      </button>
      <button type="button" class="plain" onClick={done}>
        {say('cancel')}
      </button>
    </form>
  )
}

function target(kind: 'queue' | 'agent' | 'number', queue: string, other: string): Target {
  if (kind === 'queue') return { kind, queue }
  return kind === 'agent' ? { kind, agentId: other } : { kind, number: other }
}
