import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { type QueueView, RequestFailed, type ResultOf } from '../../client/public.ts'
import { askNow, order, ordersUnderWay } from '../order.ts'
import { say } from '../words.ts'
import { Elapsed } from './elapsed.tsx'

type Waiting = ResultOf<'queue.callers'>['callers'][number]

/** Who waits in the agent's queues and may be picked up: the server lists those only that the agent may take. */
export function PickupList({ queues }: { readonly queues: readonly QueueView[] }) {
  const waiting = useSignal<readonly Waiting[]>([])
  const busy = queues.filter(({ waiting }) => waiting > 0)
  const news = busy.map(({ queue, waiting, oldestSince }) => `${queue} ${waiting} ${oldestSince}`).join()

  useEffect(() => {
    let current = true
    void callersOf(busy.map(({ queue }) => queue)).then((callers) => {
      if (current) waiting.value = callers
    })
    return () => {
      current = false
    }
  }, [news])

  if (waiting.value.length === 0) return null
  return (
    <section class="card" aria-labelledby="pickup-title">
      <h2 id="pickup-title">{say('pickupTitle')}</h2>
      <ul class="messages">
        {waiting.value.map(({ callId, caller, queue, enqueuedAt }) => (
          <li key={callId}>
            <div>
              <strong>{caller}</strong>
              <p class="small">{queues.find((one) => one.queue === queue)?.title ?? queue}</p>
            </div>
            <Elapsed since={enqueuedAt} />
            <button type="button" disabled={ordersUnderWay.value > 0} onClick={() => void order('pickupCall', { callId })}>
              {say('pickup')}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}

async function callersOf(queues: readonly string[]): Promise<readonly Waiting[]> {
  try {
    const lists = await Promise.all(queues.map((queue) => askNow('queue.callers', { queue })))
    return lists.flatMap(({ callers }) => callers)
  } catch (error) {
    // The connection is lost, or the queue gone: the next news of a queue asks again.
    if (error instanceof RequestFailed) return []
    throw error
  }
}
