import { useSignal } from '@preact/signals'
import type { PhoneView } from '../../cti/messages.ts'
import { consoleFacts } from '../console-facts.ts'
import { deskPhone, startDeskPhone, stopDeskPhone } from '../desk-phone.ts'
import { typedPassword } from '../session.ts'
import { say } from '../words.ts'
import { Elapsed } from './elapsed.tsx'
import { LevelMeter } from './level-meter.tsx'

interface Props {
  readonly agentId: string
  readonly phones: ReadonlyMap<string, PhoneView>
}

/** Whether the agent has a phone, and the choice to use this browser as one. */
export function DeskPhoneSwitch({ agentId, phones }: Props) {
  const password = useSignal('')
  const phone = deskPhone.value
  // Only the demo's phones have the password of the sign-in.
  const known = consoleFacts.value?.demo ? typedPassword.value : undefined
  const start = (event: Event) => {
    event.preventDefault()
    startDeskPhone(agentId, known ?? password.value)
    password.value = ''
  }
  return (
    <section class="card desk-phone" aria-labelledby="desk-phone-title">
      <h2 id="desk-phone-title">{say('deskPhone')}</h2>
      {phone === undefined ? (
        <>
          <p class="quiet">{say(phones.get(agentId)?.inService ? 'ownPhoneReady' : 'ownPhoneAway')}</p>
          <form class="line" onSubmit={start}>
            {known === undefined && (
              <input
                type="password"
                required
                autocomplete="current-password"
                aria-label={say('password')}
                placeholder={say('password')}
                value={password.value}
                onInput={(event) => (password.value = event.currentTarget.value)}
              />
            )}
            <button type="submit">{say('useBrowser')}</button>
          </form>
        </>
      ) : (
        <BrowserInUse />
      )}
    </section>
  )
}

function BrowserInUse() {
  const phone = deskPhone.value
  if (phone === undefined) return null
  const state = phone.state.value
  return (
    <>
      <p role="status" class={state.state === 'failed' ? 'problem' : 'quiet'}>
        {say(state.state === 'failed' ? 'browserFailed' : state.state === 'connecting' ? 'browserRegistering' : 'browserReady')}{' '}
        {state.state === 'talking' && <Elapsed since={state.since} />}
      </p>
      <LevelMeter level={phone.heard.level.value} />
      {!phone.hasMicrophone.value && <p class="problem small">{say('noMicrophone')}</p>}
      <button type="button" class="plain" onClick={stopDeskPhone}>
        {say('stopBrowser')}
      </button>
    </>
  )
}
