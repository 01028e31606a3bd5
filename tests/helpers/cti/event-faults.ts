import { isDeepStrictEqual } from 'node:util'
import { type CtiEvent, type CtiEventType, eventSchemas } from '../../../src/cti/messages.ts'

type Event<Type extends CtiEventType> = Extract<CtiEvent, { type: Type }>
/** What must be true of an event; its name is what is said when it is not. */
type Rules<Type extends CtiEventType> = (event: Event<Type>) => Readonly<Record<string, boolean>>
type OfCall = Omit<Event<'callInformation'>, 'type'>

const stateOf = ({ connections }: Pick<OfCall, 'connections'>, device: string | undefined) =>
  connections.find(({ deviceId }) => deviceId === device)?.state

const isOneOf = <Value>(value: Value | undefined, ...wanted: readonly Value[]) => value !== undefined && wanted.includes(value)

const ofAgent =
  (...states: readonly string[]) =>
  (event: Event<'agentReady'> | Event<'agentBusy'>) => ({
    'its state is that of its name': states.includes(event.state),
    'it says since when, and that is past': event.since > 0 && event.since <= Date.parse(event.time),
    'its reason is a word': event.reason !== '',
    'who is called or talks has a call': event.state !== 'busy' || event.callId !== undefined
  })

const ofOffer = (event: Event<'missed'>) => ({
  'it names call, contact, offer, agent and device': [
    event.callId,
    event.contactId,
    event.offerId,
    event.agentId,
    event.deviceId
  ].every(Boolean)
})

const ofRecording = (state: OfCall['recording'], event: OfCall & { recordingId: string }) => ({
  'it names the recording': event.recordingId !== '',
  'the call shows how the recording stands': event.recording === state
})

/** The map leads to the connections of the call it is told with; the newcomer may have had none, or have none yet. */
const ofMap = ({ callId, connections, connectionMap }: Event<'transferred'> | Event<'conferenced'>, newcomer: string) => ({
  'it maps old connections to new ones': connectionMap.length > 0,
  'the new connections are of this call': connectionMap.every(({ new: next }) => next.callId === callId),
  'everybody who is there has a new connection, but for who came from no call': connections.every(
    ({ deviceId }) => deviceId === newcomer || connectionMap.some(({ new: next }) => next.deviceId === deviceId)
  ),
  'nobody else has': connectionMap.every(
    ({ new: { deviceId } }) => deviceId === newcomer || connections.some((connection) => connection.deviceId === deviceId)
  )
})

/** By type: what CSTA says with it, beyond what the schema can say. */
const rules: { readonly [Type in CtiEventType]?: Rules<Type> } = {
  originated: (event) => ({
    'a new call or a consultation': isOneOf(event.cause, 'newCall', 'consultation'),
    'the device has begun': isOneOf(stateOf(event, event.deviceId), 'initiated', 'connected', 'alerting'),
    'a consultation says of which call': (event.cause === 'consultation') === (event.consultationOf !== undefined)
  }),
  networkReached: (event) => ({ 'the device alerts': stateOf(event, event.deviceId) === 'alerting' }),
  queued: (event) => ({
    'the queue is a device': event.deviceId === `queue:${event.queue}`,
    'the connection to it is queued': stateOf(event, event.deviceId) === 'queued',
    'since when': event.enqueuedAt !== undefined,
    'with what is known of the caller': event.data !== undefined || event.consultationOf !== undefined
  }),
  delivered: (event) => ({
    'it happened at the device that alerts': event.deviceId === event.alertingDevice,
    'the device alerts': stateOf(event, event.alertingDevice) === 'alerting',
    'the deadline is to come': event.deadline > Date.parse(event.time),
    'with what is known of the caller': event.data !== undefined
  }),
  established: (event) => ({
    'it happened at the device that answers': event.deviceId === event.answeringDevice,
    'the device is connected': stateOf(event, event.answeringDevice) === 'connected'
  }),
  held: (event) => ({
    'the device holds': stateOf(event, event.deviceId) === 'hold',
    why: isOneOf(event.cause, 'keyOperation', 'consultation')
  }),
  retrieved: (event) => ({
    'the device is connected': stateOf(event, event.deviceId) === 'connected',
    why: isOneOf(event.cause, 'keyOperation', 'consultation')
  }),
  diverted: (event) => ({
    'it left a device': event.deviceId !== undefined,
    'the device is no party': stateOf(event, event.deviceId) === undefined
  }),
  transferred: (event) => ({
    ...ofMap(event, event.transferredToDevice),
    'who was consulted is there': event.cause !== 'transfer' || stateOf(event, event.transferredToDevice) !== undefined,
    'the old one is not': stateOf(event, event.transferringDevice) === undefined,
    'single-step, or after a consultation': isOneOf(event.cause, 'singleStepTransfer', 'transfer'),
    'after a consultation the map leads out of it':
      event.cause !== 'transfer' || event.connectionMap.some(({ old }) => old.callId !== event.callId)
  }),
  conferenced: (event) => ({
    ...ofMap(event, event.addedDevice),
    'the added device is connected': stateOf(event, event.addedDevice) === 'connected',
    'three or more are there': event.connections.length >= 3
  }),
  failed: (event) => ({
    'at a device': event.deviceId !== undefined,
    'nobody talks there': !isOneOf(stateOf(event, event.deviceId), 'connected', 'hold'),
    'with a cause that is none of success': !isOneOf(event.cause, 'normal', 'distributed')
  }),
  connectionCleared: (event) => ({
    'a device': event.deviceId !== undefined,
    'the device is no party, or the caller whose line is gone': isOneOf(stateOf(event, event.deviceId) ?? 'null', 'null')
  }),
  callCleared: (event) => ({
    'nobody is left': event.connections.length === 0,
    'it has ended': event.endedAt !== undefined,
    'how and why': Boolean(event.result) && Boolean(event.reason),
    'nothing may be done': event.allowed.length === 0
  }),
  digitsGenerated: (event) => ({
    'how many': event.count > 0,
    'by somebody who is there': stateOf(event, event.deviceId) !== undefined
  }),
  recordingStarted: (event) => ({ ...ofRecording('on', event), 'by whom': Boolean(event.recordedBy) }),
  recordingPaused: (event) => ofRecording('paused', event),
  recordingResumed: (event) => ofRecording('on', event),
  recordingStopped: (event) => ({ 'not recorded': event.recording === undefined || event.recording === 'never' }),
  agentLoggedOn: (event) => ofAgent('notReady')(event as never),
  agentLoggedOff: (event) => ofAgent('loggedOff')(event as never),
  agentReady: ofAgent('ready'),
  agentNotReady: (event) => ofAgent('notReady')(event as never),
  agentBusy: ofAgent('reserved', 'busy'),
  agentWorkingAfterCall: (event) => ofAgent('workingAfterCall')(event as never),
  missed: ofOffer,
  rejected: (event) => ofOffer(event as never),
  callerGone: (event) => ofOffer(event as never),
  deflected: (event) => ofOffer(event as never),
  answeredElsewhere: (event) => ofOffer(event as never),
  backInService: ({ inService }) => ({ 'the phone is there': inService }),
  outOfService: ({ inService }) => ({ 'the phone is not there': !inService }),
  queueChanged: (event) => ({
    'no figure is negative': [event.waiting, event.callbacks, event.loggedOn, event.ready, event.talking].every((n) => n >= 0)
  }),
  customerChanged: ({ customer, by }) => ({ 'who, and by whom': Boolean(customer.id) && Boolean(by) })
}

/** Of every event about a call. */
function faultsOfCall({ callId, contactId, callingDevice, calledDevice, connections, cause }: OfCall): readonly string[] {
  const all = {
    'it names call and contact': Boolean(callId) && Boolean(contactId),
    'it names who calls and whom': Boolean(callingDevice) && Boolean(calledDevice),
    'it has a cause': Boolean(cause),
    'no device has two connections': new Set(connections.map(({ deviceId }) => deviceId)).size === connections.length
  }
  return Object.entries(all).flatMap(([rule, holds]) => (holds ? [] : [rule]))
}

/** What is wrong with an event as a client got it: against its schema, and against what its type promises. */
export function faultsOf(event: CtiEvent): readonly string[] {
  const schema = eventSchemas[event.type]
  if (schema === undefined) return ['the reference does not know it']
  const parsed = schema.safeParse(event)
  if (!parsed.success) return [`it does not fit its schema: ${parsed.error.message}`]
  // A schema leaves out what it does not name, so what is left must be what came.
  if (!isDeepStrictEqual(parsed.data, event)) return ['it holds what its schema does not name']
  const held = (rules[event.type] as Rules<CtiEventType> | undefined)?.(event) ?? {}
  const broken = Object.entries(held).flatMap(([rule, holds]) => (holds ? [] : [rule]))
  return 'connections' in event ? [...broken, ...faultsOfCall(event as OfCall)] : broken
}
