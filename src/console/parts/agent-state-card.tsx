import { useSignal } from '@preact/signals'
import type { AgentView } from '../../cti/messages.ts'
import { chosenReasons, stateText } from '../agent-words.ts'
import { order, ordersUnderWay } from '../order.ts'
import { say } from '../words.ts'
import { Elapsed } from './elapsed.tsx'

/** The agent's state, and the ways out of it. */
export function AgentStateCard({ agent }: { readonly agent: AgentView }) {
  const reason = useSignal<keyof typeof chosenReasons>('break')
  const on = agent.state !== 'loggedOff'
  const waiting = ordersUnderWay.value > 0
  const readyNow = agent.state === 'ready' || agent.pending?.state === 'ready'
  const set = (state: 'loggedOn' | 'loggedOff' | 'ready') => void order('setAgentState', { state })
  const setNotReady = () => void order('setAgentState', { state: 'notReady', reason: reason.value })
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
        <button type="button" class="main" disabled={waiting} onClick={() => set('loggedOn')}>
          {say('logOn')}
        </button>
      )}
      {on && (
        <>
          <button type="button" class="go" disabled={waiting || readyNow} onClick={() => set('ready')}>
            {say('stateReady')}
          </button>
          <span class="joined">
            <button type="button" disabled={waiting} onClick={setNotReady}>
              {say('stateNotReady')}
            </button>
            <select
              aria-label={say('notReadyBecause')}
              value={reason.value}
              onChange={(event) => (reason.value = event.currentTarget.value as keyof typeof chosenReasons)}
            >
              {Object.entries(chosenReasons).map(([value, word]) => (
                <option key={value} value={value}>
                  {say(word)}
                </option>
              ))}
            </select>
          </span>
          <button type="button" class="plain" disabled={waiting} onClick={() => set('loggedOff')}>
            {say('logOff')}
          </button>
        </>
      )}
    </section>
  )
}
