import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { BrowserPhone, PhoneState } from '../browser-phone.ts'
import { causeText, demoPhone, demoProblem, startDemoCall } from '../demo-call.ts'
import { type ConsoleFacts, HttpFailure, readConsole } from '../http-client.ts'
import { say } from '../words.ts'
import { CallChoice } from './call-choice.tsx'
import { Elapsed } from './elapsed.tsx'
import { Keypad } from './keypad.tsx'
import { LevelMeter } from './level-meter.tsx'

/** A phone that anybody may use: call a number of the demo centre and press keys. */
export function DemoPhone() {
  const facts = useSignal<ConsoleFacts | undefined>(undefined)
  const number = useSignal('')
  const caller = useSignal('')

  useEffect(() => {
    const read = async () => {
      try {
        facts.value = await readConsole()
        number.value ||= facts.value.numbers[0]?.number ?? ''
      } catch (error) {
        if (!(error instanceof HttpFailure)) throw error
        demoProblem.value = say('serverAway')
      }
    }
    void read()
  }, [])

  const phone = demoPhone.value
  const state = phone?.state.value ?? idle
  const busy = state.state !== 'ended' && phone !== undefined
  const call = () => void startDemoCall(number.value, caller.value || undefined)
  return (
    <section class="card phone" aria-labelledby="phone-title">
      <h2 id="phone-title">{say('phoneTitle')}</h2>
      <p class="quiet">{facts.value?.demo === false ? say('noDemoPhone') : say('phoneIntro')}</p>
      {facts.value?.demo && (
        <>
          <CallChoice facts={facts.value} number={number} caller={caller} disabled={busy} />
          <PhoneDisplay state={state} phone={phone} />
          {busy ? (
            <button type="button" class="wide stop" onClick={() => phone.hangUp()}>
              {say('hangUp')}
            </button>
          ) : (
            <button type="button" class="wide go" onClick={call} disabled={number.value === ''}>
              {say('call')} {number.value}
            </button>
          )}
          <Keypad enabled={state.state === 'talking'} press={(key) => phone?.press(key)} />
          {phone?.hasMicrophone.value === false && <p class="quiet small">{say('noMicrophone')}</p>}
        </>
      )}
      {demoProblem.value !== undefined && (
        <p class="problem" role="alert">
          {demoProblem.value}
        </p>
      )}
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
