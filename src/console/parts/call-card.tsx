import type { AgentView, CallView } from '../../cti/messages.ts'
import { callerName, partOf } from '../board-views.ts'
import type { Words } from '../words/en.ts'
import { say } from '../words.ts'
import { CallActions } from './call-actions.tsx'
import { CallData } from './call-data.tsx'
import { ConsultationNote } from './consultation-note.tsx'
import { Elapsed } from './elapsed.tsx'
import { OpenPromises } from './open-promises.tsx'
import { Priority } from './priority.tsx'
import { WrapUp } from './wrap-up.tsx'

type Phase = 'incoming' | 'calling' | 'talking' | 'held' | 'over'
const headings: Readonly<Record<Phase, keyof Words>> = {
  incoming: 'incomingCall',
  calling: 'callingBack',
  talking: 'onCall',
  held: 'onHold',
  over: 'callOver'
}

interface Props {
  readonly call: CallView
  readonly extension: string
  /** Unset: whoever took the call is none, and wraps nothing up. */
  readonly agent?: AgentView
}

/** The screen pop: who calls and why, from before the phone rings until the wrap-up is done. */
export function CallCard({ call, extension, agent }: Props) {
  const phase = phaseOf(call, extension, agent)
  return (
    <section class={`card call ${phase}`} aria-labelledby="call-title">
      <header>
        <div>
          <p class="eyebrow">
            <span role="status">{say(headings[phase])}</span>{' '}
            {(phase === 'talking' || phase === 'held') && <Elapsed since={call.establishedAt} />}
          </p>
          <h2 id="call-title">{callerName(call)}</h2>
          <p class="quiet">
            {call.callingDevice} → {call.calledDevice}
            {call.queue && ` · ${call.queue}`}
          </p>
        </div>
        <div class="badges">
          {call.customer?.segment && <span class={`badge segment-${call.customer.segment}`}>{call.customer.segment}</span>}
          <Priority name={call.priority} />
          {(call.recording === 'on' || call.recording === 'paused') && (
            <span class={`badge recording ${call.recording}`} role="status">
              {say(call.recording === 'on' ? 'recordingOn' : 'recordingPaused')}
            </span>
          )}
          {call.data?.callback && <span class="badge">{say('callback')}</span>}
          {call.data?.fastPath && <span class="badge fast">{say('fastPath', call.data.fastPath)}</span>}
          {call.data?.tags?.map((tag) => (
            <span key={tag} class="badge">
              {tag}
            </span>
          ))}
        </div>
      </header>
      {call.data?.history && <OpenPromises history={call.data.history} />}
      <ConsultationNote call={call} agentId={extension} />
      {phase !== 'over' && <CallActions call={call} />}
      {phase === 'over' && agent && <WrapUp callId={call.callId} agent={agent} />}
      {call.data && <CallData data={call.data} />}
    </section>
  )
}

function phaseOf(call: CallView, extension: string, agent: AgentView | undefined): Phase {
  if (agent?.state === 'workingAfterCall' || call.endedAt !== undefined) return 'over'
  const own = partOf(call, extension)
  if (own?.state === 'hold') return 'held'
  if (own?.kind === 'agent' && own.state === 'initiated') return 'calling'
  return own?.state === 'connected' || own?.kind === 'caller' ? 'talking' : 'incoming'
}
