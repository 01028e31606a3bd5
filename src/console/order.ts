import { signal } from '@preact/signals'
import { type ParamsOf, RequestFailed, type ResultOf, type Service } from '../client/public.ts'
import { session } from './session.ts'
import type { Words } from './words/en.ts'
import { say } from './words.ts'

/** Why the last order was not carried out; cleared by the next one. */
export const refusal = signal<string | undefined>(undefined)
/** Orders on their way: their buttons wait. */
export const ordersUnderWay = signal(0)

const texts: Readonly<Record<string, keyof Words>> = {
  AGENT_ON_CALL: 'refusedOnCall',
  NOT_ALERTING: 'refusedNotRinging',
  NOT_TALKING: 'refusedCallGone',
  NOT_ON_THIS_CALL: 'refusedCallGone',
  CALL_UNKNOWN: 'refusedCallGone',
  RECORDING_NOT_ALLOWED: 'refusedRecording',
  SUPERVISING: 'refusedSupervising',
  CONSULTING: 'refusedConsulting',
  NOT_ANSWERED: 'refusedNotAnswered',
  NOT_QUALIFIED: 'refusedNotQualified',
  PHONE_OUT_OF_SERVICE: 'refusedNoPhone',
  PHONE_CANNOT_ANSWER: 'refusedPhone',
  TARGET_NOT_AVAILABLE: 'refusedTarget',
  TARGET_UNKNOWN: 'refusedTargetUnknown',
  ASTERISK_UNAVAILABLE: 'refusedAsterisk',
  WRAP_UP_LIMIT: 'refusedWrapUpLimit',
  REASON_UNKNOWN: 'refusedChoice',
  DISPOSITION_UNKNOWN: 'refusedChoice',
  NOT_CONNECTED: 'refusedConnection',
  CLOSED: 'refusedConnection',
  TIMED_OUT: 'refusedNoAnswer',
  OUTCOME_UNKNOWN: 'refusedNoAnswer'
}

/** Sends one order; what comes of it arrives as an event. A refusal is shown. Returns whether it was accepted. */
export async function order<Name extends Service>(method: Name, params: ParamsOf<Name>): Promise<boolean> {
  refusal.value = undefined
  ordersUnderWay.value++
  try {
    await askNow(method, params)
    return true
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
    const text = texts[error.code]
    refusal.value = text === undefined ? say('refusedUnknown', error.code) : say(text)
    return false
  } finally {
    ordersUnderWay.value--
  }
}

/** The client would wait for a lost connection; whoever presses a button means now. Rejects with RequestFailed. */
export async function askNow<Name extends Service>(method: Name, params: ParamsOf<Name>): Promise<ResultOf<Name>> {
  const current = session.value
  if (current?.cti.connection.state !== 'live') throw new RequestFailed('NOT_CONNECTED')
  return await current.cti.request(method, params)
}
