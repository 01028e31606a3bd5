import type { AgentView } from '../cti/messages.ts'
import { reasonOptions } from './choices.ts'
import type { Words } from './words/en.ts'
import { say } from './words.ts'

const states = {
  loggedOff: 'stateLoggedOff',
  notReady: 'stateNotReady',
  ready: 'stateReady',
  reserved: 'stateReserved',
  busy: 'stateBusy',
  workingAfterCall: 'stateWorkingAfterCall'
} as const satisfies Record<AgentView['state'], keyof Words>

const systemReasons: Readonly<Record<string, keyof Words>> = {
  missed: 'reasonMissed',
  rejected: 'reasonRejected',
  'phone-unreachable': 'reasonUnreachable',
  'phone-lost': 'reasonPhoneLost',
  'session-lost': 'reasonSessionLost',
  'logged-on': 'reasonLoggedOn'
}

/** A state in words, with its reason and the supervisor who chose it. */
export function stateText({ state, reason, by }: Pick<AgentView, 'state' | 'reason' | 'by'>): string {
  const text = say(states[state])
  const details = [reason && reasonText(reason), by && say('chosenBy', by)].filter((part) => part !== undefined && part !== '')
  return details.length === 0 ? text : `${text} (${details.join(', ')})`
}

function reasonText(reason: string): string {
  const word = systemReasons[reason]
  return word === undefined ? (reasonOptions().find(({ value }) => value === reason)?.text ?? reason) : say(word)
}
