import { useSignal } from '@preact/signals'
import type { AgentView, CallView, PhoneView } from '../../cti/messages.ts'
import { stateText } from '../agent-words.ts'
import { callerName } from '../board-views.ts'
import { say } from '../words.ts'
import { Elapsed } from './elapsed.tsx'

interface Props {
  readonly agents: readonly AgentView[]
  readonly phones: ReadonlyMap<string, PhoneView>
  readonly calls: ReadonlyMap<string, CallView>
}

/** Agents and their states; those who are logged off on request. */
export function AgentList({ agents, phones, calls }: Props) {
  const all = useSignal(false)
  const shown = agents
    .filter(({ state }) => all.value || state !== 'loggedOff')
    .sort((one, other) => one.agentId.localeCompare(other.agentId))
  return (
    <section class="card" aria-labelledby="agents-title">
      <div class="title-line">
        <h2 id="agents-title">{say('agents')}</h2>
        <label class="check">
          <input type="checkbox" checked={all.value} onChange={(event) => (all.value = event.currentTarget.checked)} />
          {say('showLoggedOff')}
        </label>
      </div>
      {shown.length === 0 ? (
        <p class="quiet">{say('noAgents')}</p>
      ) : (
        <ul class="agents">
          {shown.map((agent) => (
            <AgentTile
              key={agent.agentId}
              agent={agent}
              call={calls.get(agent.callId ?? '')}
              phoneMissing={agent.state !== 'loggedOff' && !hasPhone(agent.agentId, phones)}
            />
          ))}
        </ul>
      )}
    </section>
  )
}

function AgentTile(props: { readonly agent: AgentView; readonly call: CallView | undefined; readonly phoneMissing: boolean }) {
  const { agent, call, phoneMissing } = props
  return (
    <li class={`agent ${agent.state}`}>
      <div>
        <strong>{agent.name}</strong> <span class="quiet small">{agent.agentId}</span>
      </div>
      <div class="state">
        {stateText(agent)} {agent.state !== 'loggedOff' && <Elapsed since={agent.since} />}
      </div>
      {call && <div class="quiet small">{callerName(call)}</div>}
      {phoneMissing && <div class="small problem">{say('phoneMissing')}</div>}
    </li>
  )
}

/** A desk phone or the browser phone will do. */
function hasPhone(agentId: string, phones: Props['phones']): boolean {
  return [agentId, `${agentId}-web`].some((device) => phones.get(device)?.inService)
}
