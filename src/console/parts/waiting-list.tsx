import type { AgentView, CallView } from '../../cti/messages.ts'
import { callerName, ringingParty } from '../board-views.ts'
import { order, ordersUnderWay } from '../order.ts'
import { say } from '../words.ts'
import { CallerCell } from './caller-cell.tsx'
import { Elapsed } from './elapsed.tsx'
import { GiveForm } from './give-form.tsx'
import { Priority } from './priority.tsx'

interface Props {
  readonly calls: readonly CallView[]
  readonly agents: readonly AgentView[]
  /** Whether the viewer has a phone to take callers to. */
  readonly hasPhone: boolean
}

/** Callers in queues, the next one first; who directs them gives them to an agent, or takes them. */
export function WaitingList({ calls, agents, hasPhone }: Props) {
  return (
    <section class="card half" aria-labelledby="waiting-title">
      <h2 id="waiting-title">{say('waiting')}</h2>
      {calls.length === 0 ? (
        <p class="quiet">{say('nobodyWaiting')}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>{say('caller')}</th>
              <th>{say('queue')}</th>
              <th class="number">{say('since')}</th>
            </tr>
          </thead>
          <tbody>
            {calls.map((call) => (
              <WaitingRow key={call.callId} call={call} agents={agents} hasPhone={hasPhone} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function WaitingRow({ call, agents, hasPhone }: { readonly call: CallView } & Omit<Props, 'calls'>) {
  const ringing = ringingParty(call)
  return (
    <tr>
      <CallerCell name={callerName(call)} number={call.callingDevice} segment={call.customer?.segment} />
      <td>
        {call.queue}
        <div class="badges">
          {call.priority !== 'normal' && <Priority name={call.priority} />}
          {ringing && <span class="badge ringing">{say('rings', ringing.agentId ?? ringing.deviceId)}</span>}
          {call.data?.fastPath && (
            <span class="badge fast" title={say('fastPath', call.data.fastPath)}>
              {call.data.fastPath}
            </span>
          )}
        </div>
        <GiveForm call={call} agents={agents} />
        {hasPhone && call.allowed.includes('pickupCall') && (
          <button
            type="button"
            class="small"
            disabled={ordersUnderWay.value > 0}
            onClick={() => void order('pickupCall', { callId: call.callId })}
          >
            {say('takeCaller')}
          </button>
        )}
      </td>
      <td class="number">
        <Elapsed since={call.enqueuedAt} />
      </td>
    </tr>
  )
}
