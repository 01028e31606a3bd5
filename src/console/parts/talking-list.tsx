import type { AgentView, CallView } from '../../cti/messages.ts'
import { callerName, talkingParty } from '../board-views.ts'
import { say } from '../words.ts'
import { CallerCell } from './caller-cell.tsx'
import { Elapsed } from './elapsed.tsx'
import { SuperviseButtons } from './supervise-buttons.tsx'

interface Props {
  readonly calls: readonly CallView[]
  readonly agents: ReadonlyMap<string, AgentView>
}

/** Who talks to whom, and for how long. */
export function TalkingList({ calls, agents }: Props) {
  return (
    <section class="card half" aria-labelledby="talking-title">
      <h2 id="talking-title">{say('talking')}</h2>
      {calls.length === 0 ? (
        <p class="quiet">{say('nobodyTalking')}</p>
      ) : (
        <table>
          <thead>
            <tr>
              <th>{say('caller')}</th>
              <th>{say('agent')}</th>
              <th class="number">{say('since')}</th>
            </tr>
          </thead>
          <tbody>
            {calls.map((call) => (
              <TalkingRow key={call.callId} call={call} agents={agents} />
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}

function TalkingRow({ call, agents }: { readonly call: CallView } & Pick<Props, 'agents'>) {
  const party = talkingParty(call)
  return (
    <tr>
      <CallerCell name={callerName(call)} number={call.callingDevice} segment={call.customer?.segment} />
      <td>
        {agents.get(party?.agentId ?? '')?.name ?? party?.deviceId}
        {party?.state === 'hold' && <span class="badge held">{say('onHold')}</span>}
        {call.queue && <div class="quiet small">{call.queue}</div>}
        <SuperviseButtons call={call} />
      </td>
      <td class="number">
        <Elapsed since={call.establishedAt} />
      </td>
    </tr>
  )
}
