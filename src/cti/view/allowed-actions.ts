import type { CallRecord } from '../board/call-record.ts'
import type { CallAction, Connection } from '../messages.ts'
import type { Viewer } from './viewer.ts'
import { mayDirect, mayListenTo, mayPickUp, maySeeCall } from './visibility.ts'

const nothing: readonly CallAction[] = []
const directing: readonly CallAction[] = ['clearConnection', 'clearCall', 'associateData']
const directingWaiting: readonly CallAction[] = [...directing, 'pickupCall']
const directingTalk: readonly CallAction[] = [...directing, 'singleStepConferenceCall']
const pickingUp: readonly CallAction[] = ['pickupCall']
const annotating: readonly CallAction[] = ['associateData']

const consultingRinging: readonly CallAction[] = ['clearConnection', 'reconnectCall', 'transferCall', 'associateData']
const consultingAnswered: readonly CallAction[] = [
  'clearConnection',
  'alternateCall',
  'reconnectCall',
  'transferCall',
  'conferenceCall',
  'associateData'
]

const alertingToTake: readonly CallAction[] = ['answerCall', 'clearConnection', 'deflectCall']

/** What an agent may do in their own part of a call, by its state. */
const ownActions: Readonly<Record<Connection['state'], readonly CallAction[]>> = {
  null: nothing,
  initiated: ['clearConnection'],
  alerting: ['answerCall', 'clearConnection'],
  connected: [
    'clearConnection',
    'clearCall',
    'holdCall',
    'singleStepTransferCall',
    'consultationCall',
    'generateDigits',
    'associateData'
  ],
  hold: ['clearConnection', 'clearCall', 'retrieveCall', 'singleStepTransferCall', 'consultationCall', 'associateData'],
  queued: nothing,
  fail: nothing
}

/** What this client may do with the call now: sent with every call event, enforced by the commands, and how a desk greys its buttons out. */
export function allowedActions(viewer: Viewer, call: CallRecord): readonly CallAction[] {
  if (call.view.endedAt !== undefined) return nothing
  const own = ownActionsOf(viewer, call)
  const recording = recordingActions(viewer, call)
  if (mayDirect(viewer, call)) {
    const directs = directingActions(viewer, call)
    // Of most calls there is nothing more.
    if (own.length + recording.length === 0) return directs
    return [...new Set([...own, ...directs]), ...recording]
  }
  if (viewer.role === 'crm' && maySeeCall(viewer, call)) return annotating
  // Who is being rung for this caller has them already.
  if (own.length === 0 && mayPickUp(viewer, call)) return pickingUp
  return recording.length === 0 ? own : [...own, ...recording]
}

/** What of the recording of a talk is theirs to say: agents who are in it, and those who direct it. What a rule has begun no agent ends. */
function recordingActions(viewer: Viewer, call: CallRecord): readonly CallAction[] {
  const { recording, recordedBy, consultationOf, connections } = call.view
  if (recording === 'never' || consultationOf !== undefined) return nothing
  const talks = connections.filter(({ kind, state }) => kind === 'agent' && (state === 'connected' || state === 'hold'))
  const directs = mayDirect(viewer, call)
  if (talks.length === 0 || !(directs || talks.some(({ agentId }) => agentId === viewer.extension))) return nothing
  if (recording === undefined) return ['startRecording']
  const going: CallAction = recording === 'on' ? 'pauseRecording' : 'resumeRecording'
  return recordedBy === 'rule' && !directs ? [going] : [going, 'stopRecording']
}

/** What whoever directs a call may do with it: take a waiting caller or give them to an agent, or listen to one who talks. */
function directingActions(viewer: Viewer, call: CallRecord): readonly CallAction[] {
  const { view } = call
  if (awaitsAgent(call)) return directingWaiting
  const isTheirs = ({ agentId }: Connection) => agentId !== undefined && mayListenTo(viewer, agentId)
  const talks = ({ kind, state }: Connection) => kind === 'agent' && (state === 'connected' || state === 'hold')
  return view.connections.some((party) => talks(party) && isTheirs(party)) ? directingTalk : directing
}

/** Whether its caller is on the line and waits to be answered: in a queue, or while a phone rings for them. */
export function awaitsAgent({ view: { connections, consultationOf } }: CallRecord): boolean {
  if (connections.some(({ kind }) => kind === 'queue')) return true
  const isRung = connections.some(({ kind, state }) => kind === 'agent' && state === 'alerting')
  const waits = ({ kind, state }: Connection) => (kind === 'caller' ? state === 'connected' : state === 'alerting')
  return consultationOf === undefined && isRung && connections.every(waits)
}

/** The viewer's own connection in the call. */
export function ownConnection(viewer: Viewer, call: CallRecord): Connection | undefined {
  if (viewer.extension === undefined) return undefined
  return call.view.connections.find(({ agentId }) => agentId === viewer.extension)
}

function ownActionsOf(viewer: Viewer, call: CallRecord): readonly CallAction[] {
  const own = ownConnection(viewer, call)
  if (own === undefined) return nothing
  const consulted = call.consultations.get(own.agentId ?? '')
  if (consulted !== undefined) return consulting(consulted.answered)
  if (call.view.consultationOf !== undefined) return ofConsultation(own, call)
  if (own.kind === 'agent' && own.state === 'alerting' && awaitsAgent(call)) return alertingToTake
  // An agent who dialed in is the caller of that call: all there is to do from the desk is to hang up.
  if (own.kind === 'agent') return ownActions[own.state]
  return own.state === 'null' ? nothing : ownActions.initiated
}

/** Whoever consults, in the caller's call and in that of the consultation. */
function consulting(answered: boolean): readonly CallAction[] {
  return answered ? consultingAnswered : consultingRinging
}

function ofConsultation({ deviceId, state }: Connection, { view }: CallRecord): readonly CallAction[] {
  if (deviceId !== view.callingDevice) return state === 'alerting' ? ownActions.alerting : ownActions.initiated
  const others = view.connections.filter((connection) => connection.deviceId !== deviceId)
  const answered = others.some((other) => other.state === 'connected' || other.state === 'hold')
  const actions = consulting(answered).filter((action) => action !== 'associateData')
  return answered && state === 'connected' ? [...actions, 'generateDigits'] : actions
}
