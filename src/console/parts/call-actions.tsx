import { useSignal } from '@preact/signals'
import type { CallAction, CallView } from '../../client/public.ts'
import { deskPhone } from '../desk-phone.ts'
import { order, ordersUnderWay } from '../order.ts'
import type { Words } from '../words/en.ts'
import { say } from '../words.ts'
import { Keypad } from './keypad.tsx'
import { type TargetedAction, TargetForm } from './target-form.tsx'

/** Orders that need nothing but the call, in the order of their buttons. */
const plain = [
  ['retrieveCall', 'retrieve', 'main'],
  ['holdCall', 'hold', ''],
  ['transferCall', 'completeTransfer', 'main'],
  ['conferenceCall', 'conference', ''],
  ['alternateCall', 'alternate', ''],
  ['reconnectCall', 'backToCaller', ''],
  ['startRecording', 'recordStart', ''],
  ['pauseRecording', 'recordPause', ''],
  ['resumeRecording', 'recordResume', ''],
  ['stopRecording', 'recordStop', '']
] as const satisfies readonly (readonly [CallAction, keyof Words, string])[]

/** What opens a form or the keys below the buttons. */
const opening = [
  ['consultationCall', 'consult'],
  ['singleStepTransferCall', 'transfer'],
  ['deflectCall', 'deflect'],
  ['generateDigits', 'keypad']
] as const satisfies readonly (readonly [TargetedAction | 'generateDigits', keyof Words])[]

/** What may be done with the call now, as the server allows it. */
export function CallActions({ call }: { readonly call: CallView }) {
  const chosen = useSignal<(typeof opening)[number][0] | undefined>(undefined)
  const can = (action: CallAction) => call.allowed.includes(action)
  const open = chosen.value !== undefined && can(chosen.value) ? chosen.value : undefined
  const waiting = ordersUnderWay.value > 0
  const { callId } = call
  const ringing = can('answerCall')
  const browserRegistered = deskPhone.value !== undefined && deskPhone.value.state.value.state !== 'failed'
  const close = () => (chosen.value = undefined)
  return (
    <>
      <div class="actions">
        {ringing && browserRegistered && (
          <button type="button" class="go" disabled={waiting} onClick={() => void order('answerCall', { callId })}>
            {say('answer')}
          </button>
        )}
        {plain
          .filter(([action]) => can(action))
          .map(([action, word, look]) => (
            <button key={action} type="button" class={look} disabled={waiting} onClick={() => void order(action, { callId })}>
              {say(word)}
            </button>
          ))}
        {opening
          .filter(([action]) => can(action))
          .map(([action, word]) => (
            <button
              key={action}
              type="button"
              aria-expanded={open === action}
              onClick={() => (chosen.value = open === action ? undefined : action)}
            >
              {say(word)}
            </button>
          ))}
        {can('clearConnection') && (
          <button type="button" class="stop" disabled={waiting} onClick={() => void order('clearConnection', { callId })}>
            {say(ringing ? 'reject' : 'hangUp')}
          </button>
        )}
      </div>
      {ringing && !browserRegistered && <p class="quiet small">{say('answerOnPhone')}</p>}
      {open === 'generateDigits' && (
        <Keypad enabled press={(digits) => void order('generateDigits', { callId, digits, toneMs: 100 })} />
      )}
      {open !== undefined && open !== 'generateDigits' && <TargetForm key={open} action={open} callId={callId} done={close} />}
    </>
  )
}
