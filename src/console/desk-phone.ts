import { effect, signal } from '@preact/signals'
import { BrowserPhone } from './browser-phone.ts'
import { socketAddress } from './http-client.ts'
import { RingTone } from './ring-tone.ts'

/** How long an order to answer waits for the call: the order travels on another socket and may come first. */
const ANSWER_WITHIN_MS = 3000

/** The agent's phone in this browser, when they use one. */
export const deskPhone = signal<BrowserPhone | undefined>(undefined)
let answerUntil = 0

/** Registers this browser as the agent's phone. */
export function startDeskPhone(agentId: string, password: string): void {
  stopDeskPhone()
  deskPhone.value = new BrowserPhone(
    { user: `${agentId}-web`, password, domain: location.hostname, socket: socketAddress('sip') },
    true
  )
}

export function stopDeskPhone(): void {
  deskPhone.value?.stop()
  deskPhone.value = undefined
}

addEventListener('pagehide', stopDeskPhone)

/** The desk asked for an answer: now, or as soon as the call is here. */
export function answerRequested(): void {
  answerUntil = Date.now() + ANSWER_WITHIN_MS
  answerIfAsked()
}

function answerIfAsked(): void {
  const phone = deskPhone.peek()
  if (phone?.state.peek().state !== 'incoming' || Date.now() > answerUntil) return
  answerUntil = 0
  void phone.answer()
}

const ringTone = new RingTone()
effect(() => {
  const incoming = deskPhone.value?.state.value.state === 'incoming'
  ringTone.set(incoming)
  if (incoming) answerIfAsked()
})
