import { useSignal } from '@preact/signals'
import type { CallAction, CallView } from '../../cti/messages.ts'
import { deskPhone } from '../desk-phone.ts'
import { order, ordersUnderWay } from '../order.ts'
import { say } from '../words.ts'
import { TransferForm } from './transfer-form.tsx'

/** What may be done with the call now, as the server allows it. */
export function CallActions({ call }: { readonly call: CallView }) {
  const transferring = useSignal(false)
  const can = (action: CallAction) => call.allowed.includes(action)
  const waiting = ordersUnderWay.value > 0
  const { callId } = call
  const ringing = can('answerCall')
  const browserRegistered = deskPhone.value !== undefined && deskPhone.value.state.value.state !== 'failed'
  return (
    <>
      <div class="actions">
        {ringing && browserRegistered && (
          <button type="button" class="go" disabled={waiting} onClick={() => void order('answerCall', { callId })}>
            {say('answer')}
          </button>
        )}
        {can('retrieveCall') && (
          <button type="button" class="main" disabled={waiting} onClick={() => void order('retrieveCall', { callId })}>
            {say('retrieve')}
          </button>
        )}
        {can('holdCall') && (
          <button type="button" disabled={waiting} onClick={() => void order('holdCall', { callId })}>
            {say('hold')}
          </button>
        )}
        {can('singleStepTransferCall') && (
          <button type="button" aria-expanded={transferring.value} onClick={() => (transferring.value = !transferring.value)}>
            {say('transfer')}
          </button>
        )}
        {can('clearConnection') && (
          <button type="button" class="stop" disabled={waiting} onClick={() => void order('clearConnection', { callId })}>
            {say(ringing ? 'reject' : 'hangUp')}
          </button>
        )}
      </div>
      {ringing && !browserRegistered && <p class="quiet small">{say('answerOnPhone')}</p>}
      {transferring.value && can('singleStepTransferCall') && (
        <TransferForm callId={callId} done={() => (transferring.value = false)} />
      )}
    </>
  )
}
