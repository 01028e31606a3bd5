import { Either, type Signal } from '../../domain/abort.ts'
import type { DialRules } from '../../domain/dial-rules.ts'
import { expectOrGone } from '../../domain/outcome.ts'
import { within } from '../../domain/within.ts'
import { ChildAbort } from '../../flow/child-abort.ts'
import { type RingResult, ringPhone } from '../line/ring-phone.ts'
import type { LiveCall } from './live-call.ts'
import type { CallsOffice } from './office.ts'
import type { Answered } from './ringing.ts'
import { whileDialling } from './while-dialling.ts'

/** What is to be dialled, or why nobody is called in the end. */
export type Dialable<Why> = { readonly address: string } | { readonly not: Why }

/** `ready` is asked last of all what is to be dialled; `dialling` is told just before it is. */
export interface Dialling<Why> {
  ready(): Dialable<Why> | Promise<Dialable<Why>>
  dialling(): void
}

/** Calls somebody outside, by the call's own channel, while the agent hears that they are being called. The agent's hang-up ends it. */
export async function ringForAgent<Why>(
  call: LiveCall,
  agent: Answered,
  office: CallsOffice,
  rules: Pick<DialRules, 'endpoint' | 'callerId' | 'ringMs'>,
  { ready, dialling: tell }: Dialling<Why>,
  signal: Signal
): Promise<RingResult | 'no-answer' | 'agent-left' | Why> {
  const agentLeft = new Error('The agent has left')
  using dialling = new ChildAbort(signal)
  const here = agent.leg.left(dialling.signal).then(
    () => dialling.abort(agentLeft),
    () => undefined // The call was decided first.
  )
  call.talk = whileDialling(agent)
  try {
    expectOrGone(await agent.leg.channel.startRinging(), 'let the agent hear that the customer is called')
    dialling.signal.throwIfAborted()
    const dialable = await ready()
    if ('not' in dialable) return dialable.not
    dialling.signal.throwIfAborted()
    tell()
    const rung = await within(rules.ringMs, office.clock, (limit) =>
      ringPhone(
        {
          channelId: call.channel.id,
          endpoint: `PJSIP/${rules.endpoint}/${dialable.address}`,
          originator: agent.leg.channel.id,
          callerNumber: rules.callerId,
          callerName: '',
          timeoutMs: rules.ringMs
        },
        office,
        { ringing: () => undefined, hangupReason: () => 'normal' },
        new Either(dialling.signal, limit)
      )
    )
    return rung ?? 'no-answer'
  } catch (reason) {
    if (dialling.endedBy(agentLeft)) return 'agent-left'
    throw reason
  } finally {
    dialling.abort(new Error('The customer was called'))
    await here
  }
}
