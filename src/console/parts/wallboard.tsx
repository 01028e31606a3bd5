import { board } from '../board.ts'
import { callInHand, flowCalls, talkingCalls, waitingCalls } from '../board-views.ts'
import { say } from '../words.ts'
import { AgentList } from './agent-list.tsx'
import { CallCard } from './call-card.tsx'
import { DuePromiseList } from './due-promise-list.tsx'
import { FlowList } from './flow-list.tsx'
import { MessageList } from './message-list.tsx'
import { QueueTiles } from './queue-tiles.tsx'
import { RecordingList } from './recording-list.tsx'
import { TalkingList } from './talking-list.tsx'
import { WaitingList } from './waiting-list.tsx'

/** Who is waiting, who is talking, and what the agents do. */
export function Wallboard() {
  const current = board.value
  if (current === undefined) return null
  const waiting = waitingCalls(current)
  const talking = talkingCalls(current)
  const inFlow = flowCalls(current)
  // Supervisors see a call from its first queue on: of the others they cannot say that there are none.
  const seesFlows = current.me.role === 'admin' || inFlow.length > 0
  const ready = [...current.agents.values()].filter(({ state }) => state === 'ready').length
  const { extension } = current.me
  const own = extension === undefined ? undefined : callInHand(current, extension)
  return (
    <div class="wallboard">
      <dl class="figures">
        <Figure name={say('waiting')} value={waiting.length} urgent={waiting.length > 0 && ready === 0} />
        <Figure name={say('talking')} value={talking.length} />
        {seesFlows && <Figure name={say('inFlow')} value={inFlow.length} />}
        <Figure name={say('agentsReady')} value={ready} />
      </dl>
      {own && extension && <CallCard call={own} extension={extension} />}
      <WaitingList
        calls={waiting}
        agents={[...current.agents.values()]}
        hasPhone={extension !== undefined && own === undefined}
      />
      <TalkingList calls={talking} agents={current.agents} />
      {seesFlows && <FlowList calls={inFlow} />}
      <MessageList />
      <QueueTiles queues={[...current.queues.values()]} title={say('queues')} />
      <AgentList agents={[...current.agents.values()]} phones={current.phones} calls={current.calls} />
      <DuePromiseList />
      {current.me.role !== 'crm' && <RecordingList news={talking.length} />}
    </div>
  )
}

function Figure({ name, value, urgent = false }: { readonly name: string; readonly value: number; readonly urgent?: boolean }) {
  return (
    <div class={urgent ? 'card figure urgent' : 'card figure'}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}
