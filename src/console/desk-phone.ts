import { effect, signal } from '@preact/signals'
import { BrowserPhone } from './browser-phone.ts'
import { socketAddress } from './http-client.ts'
import { RingTone } from './ring-tone.ts'

/** The agent's phone in this browser, when they use one. */
export const deskPhone = signal<BrowserPhone | undefined>(undefined)
/** Whether what was ordered to be answered still rings. The order travels on another socket than the call, and may come long before it. */
let isAsked = () => false

/** Registers this browser as the agent's phone. */
export function startDeskPhone(agentId: string, password: string): void {
  stopDeskPhone()
  deskPhone.value = new BrowserPhone(
    { user: `${agentId}-web`, password, domain: location.hostname, socket: socketAddress('sip') },
    true
  )
}

export function stopDeskPhone(): void {
  isAsked = () => false
  deskPhone.value?.stop()
  deskPhone.value = undefined
}

addEventListener('pagehide', stopDeskPhone)

/** The desk asked for an answer: now, or as soon as the call is here, while it is offered. */
export function answerRequested(isOffered: () => boolean): void {
  isAsked = isOffered
  answerIfAsked()
}

function answerIfAsked(): void {
  const phone = deskPhone.peek()
  if (phone?.state.peek().state !== 'incoming' || !isAsked()) return
  isAsked = () => false
  void phone.answer()
}

const ringTone = new RingTone()
effect(() => {
  const incoming = deskPhone.value?.state.value.state === 'incoming'
  ringTone.set(incoming)
  if (incoming) answerIfAsked()
})
