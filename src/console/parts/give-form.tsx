import { useSignal } from '@preact/signals'
import type { AgentView, CallView } from '../../client/public.ts'
import { stateText } from '../agent-words.ts'
import { order, ordersUnderWay } from '../order.ts'
import { say } from '../words.ts'

interface Props {
  readonly call: CallView
  /** Whom the viewer sees; those are offered who serve the queue and could pick up now. */
  readonly agents: readonly AgentView[]
}

/** Gives a waiting caller to an agent, out of turn: their phone rings. Nothing where the viewer may not, or nobody could. */
export function GiveForm({ call: { callId, queue = '', allowed }, agents }: Props) {
  const chosen = useSignal('')
  const able = agents.filter(({ state, queues }) => (state === 'ready' || state === 'notReady') && queues.includes(queue))
  const first = able.find(({ state }) => state === 'ready') ?? able[0]
  if (first === undefined || !allowed.includes('pickupCall')) return null
  // Who was chosen may have gone meanwhile.
  const agentId = (able.find((agent) => agent.agentId === chosen.value) ?? first).agentId

  const submit = (event: Event) => {
    event.preventDefault()
    void order('pickupCall', { callId, agentId })
  }
  return (
    <form class="give" onSubmit={submit}>
      <select aria-label={say('giveTo')} value={agentId} onChange={(event) => (chosen.value = event.currentTarget.value)}>
        {able.map((agent) => (
          <option key={agent.agentId} value={agent.agentId}>
            {`${agent.name} – ${stateText(agent)}`}
          </option>
        ))}
      </select>
      <button type="submit" class="small" disabled={ordersUnderWay.value > 0}>
        {say('give')}
      </button>
    </form>
  )
}
