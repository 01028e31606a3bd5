import type { AgentView } from '../cti/messages.ts'
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

/** Reasons an agent may choose, with their words. */
export const chosenReasons = {
  break: 'reasonBreak',
  lunch: 'reasonLunch',
  meeting: 'reasonMeeting',
  training: 'reasonTraining',
  other: 'reasonOther'
} as const satisfies Record<string, keyof Words>

const reasons: Readonly<Record<string, keyof Words>> = {
  ...chosenReasons,
  missed: 'reasonMissed',
  rejected: 'reasonRejected',
  'phone-unreachable': 'reasonUnreachable',
  'logged-on': 'reasonLoggedOn'
}

/** A state in words, with its reason. */
export function stateText({ state, reason }: Pick<AgentView, 'state' | 'reason'>): string {
  const text = say(states[state])
  if (reason === undefined) return text
  const word = reasons[reason]
  return `${text} (${word === undefined ? reason : say(word)})`
}
