import { board } from '../board.ts'
import { callInHand } from '../board-views.ts'
import { say } from '../words.ts'
import { AgentStateCard } from './agent-state-card.tsx'
import { CallCard } from './call-card.tsx'
import { DeskPhoneSwitch } from './desk-phone-switch.tsx'
import { DialForm } from './dial-form.tsx'
import { MessageList } from './message-list.tsx'
import { PickupList } from './pickup-list.tsx'
import { QueueTiles } from './queue-tiles.tsx'

/** What an agent works with: their state, their phone, and the caller with all that is known of them. */
export function AgentDesk({ agentId }: { readonly agentId: string }) {
  const current = board.value
  const agent = current?.agents.get(agentId)
  if (current === undefined || agent === undefined) return null
  const call = callInHand(current, agentId)
  return (
    <div class="desk">
      <AgentStateCard agent={agent} />
      {call ? (
        <CallCard call={call} extension={agentId} agent={agent} />
      ) : (
        <section class="card empty">
          <h2>{say('noCall')}</h2>
          <p class="quiet">{say(agent.state === 'ready' ? 'noCallReady' : 'noCallNotReady')}</p>
          {agent.state !== 'loggedOff' && <DialForm />}
        </section>
      )}
      {agent.state !== 'loggedOff' && call === undefined && <PickupList queues={[...current.queues.values()]} />}
      <DeskPhoneSwitch agentId={agentId} phones={current.phones} />
      <MessageList />
      <QueueTiles queues={[...current.queues.values()]} title={say('yourQueues')} />
    </div>
  )
}
