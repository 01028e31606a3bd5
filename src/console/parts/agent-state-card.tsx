import { useSignal } from '@preact/signals'
import type { AgentView } from '../../cti/messages.ts'
import { stateText } from '../agent-words.ts'
import { reasonOptions } from '../choices.ts'
import { order, ordersUnderWay } from '../order.ts'
import { say } from '../words.ts'
import { unsentNotes } from '../wrap-up-draft.ts'
import { Elapsed } from './elapsed.tsx'

/** The agent's state, and the ways out of it. */
export function AgentStateCard({ agent }: { readonly agent: AgentView }) {
  const chosen = useSignal<string | undefined>(undefined)
  const reasons = reasonOptions()
  const reason = reasons.find(({ value }) => value === chosen.value)?.value ?? reasons[0]?.value
  const on = agent.state !== 'loggedOff'
  const waiting = ordersUnderWay.value > 0
  const readyNow = agent.state === 'ready' || agent.pending?.state === 'ready'
  return (
    <section class={`card own-state ${agent.state}`} aria-labelledby="state-title">
      <h2 id="state-title" class="hidden">
        {say('yourState')}
      </h2>
      <p class="now" role="status">
        {stateText(agent)}
      </p>
      {on && <Elapsed since={agent.since} />}
      {agent.pending && <span class="badge">{say('afterThis', stateText(agent.pending))}</span>}
      <span class="spring" />
      {!on && (
        <button type="button" class="main" disabled={waiting} onClick={() => void order('setAgentState', { state: 'loggedOn' })}>
          {say('logOn')}
        </button>
      )}
      {on && (
        <>
          <button type="button" class="go" disabled={waiting || readyNow} onClick={() => choose(agent, { state: 'ready' })}>
            {say('stateReady')}
          </button>
          <span class="joined">
            <button type="button" disabled={waiting} onClick={() => choose(agent, { state: 'notReady', reason })}>
              {say('stateNotReady')}
            </button>
            <select
              aria-label={say('notReadyBecause')}
              value={reason}
              onChange={(event) => {
                chosen.value = event.currentTarget.value
              }}
            >
              {reasons.map(({ value, text }) => (
                <option key={value} value={value}>
                  {text}
                </option>
              ))}
            </select>
          </span>
          <button type="button" class="plain" disabled={waiting} onClick={() => choose(agent, { state: 'loggedOff' })}>
            {say('logOff')}
          </button>
        </>
      )}
    </section>
  )
}

/** A choice in wrap-up ends it, so it takes along what was noted. */
function choose(agent: AgentView, next: NonNullable<AgentView['pending']>): void {
  const noted = agent.state === 'workingAfterCall' ? unsentNotes(agent.callId ?? '') : undefined
  void (noted === undefined ? order('setAgentState', next) : order('contact.wrapUp', { ...noted, next }))
}
