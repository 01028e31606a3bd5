import { useSignal } from '@preact/signals'
import type { BrowserPhone, PhoneState } from '../browser-phone.ts'
import { consoleFacts, serverAway } from '../console-facts.ts'
import { borrowing, causeText, demoPhone, demoProblem, startDemoCall } from '../demo-call.ts'
import { say } from '../words.ts'
import { CallChoice } from './call-choice.tsx'
import { Elapsed } from './elapsed.tsx'
import { Keypad } from './keypad.tsx'
import { LevelMeter } from './level-meter.tsx'

/** A phone that anybody may use: call a number of the demo centre and press keys. */
export function DemoPhone() {
  const facts = consoleFacts.value
  const number = useSignal('')
  const caller = useSignal('')
  const chosen = number.value || (facts?.numbers[0]?.number ?? '')
  const phone = demoPhone.value
  const state = phone?.state.value ?? idle
  const busy = state.state !== 'ended' && phone !== undefined
  const call = () => void startDemoCall(chosen, caller.value || undefined)
  return (
    <section class="card phone" aria-labelledby="phone-title">
      <h2 id="phone-title">{say('phoneTitle')}</h2>
      <p class="quiet">{facts?.demo === false ? say('noDemoPhone') : say('phoneIntro')}</p>
      {facts?.demo && (
        <>
          <CallChoice facts={facts} chosen={chosen} number={number} caller={caller} disabled={busy} />
          <PhoneDisplay state={state} phone={phone} />
          {busy ? (
            <button type="button" class="wide stop" onClick={() => phone.hangUp()}>
              {say('hangUp')}
            </button>
          ) : (
            <button type="button" class="wide go" onClick={call} disabled={chosen === '' || borrowing.value}>
              {say('call')} {chosen}
            </button>
          )}
          <Keypad enabled={state.state === 'talking'} press={(key) => phone?.press(key)} />
          {phone?.hasMicrophone.value === false && <p class="quiet small">{say('noMicrophone')}</p>}
        </>
      )}
      <p class="problem" role="alert">
        {serverAway.value ? say('serverAway') : demoProblem.value}
      </p>
    </section>
  )
}

const idle: PhoneState = { state: 'stopped' }

function PhoneDisplay({ state, phone }: { readonly state: PhoneState; readonly phone: BrowserPhone | undefined }) {
  return (
    <div class={`display ${state.state}`}>
      <span role="status">{displayText(state)}</span>
      {state.state === 'talking' && <Elapsed since={state.since} />}
      <LevelMeter level={phone?.heard.level.value ?? 0} />
    </div>
  )
}

function displayText(state: PhoneState): string {
  switch (state.state) {
    case 'connecting':
    case 'calling':
      return say('phoneConnecting')
    case 'ringing':
      return say('phoneRinging')
    case 'talking':
      return say('phoneTalking')
    case 'ended':
      return state.cause === undefined || state.cause === 'Canceled' ? say('phoneEnded') : causeText(state.cause)
    default:
      return say('phoneIdle')
  }
}
