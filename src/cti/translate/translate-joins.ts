import type { DomainEventOf } from '../../domain/events.ts'
import type { CallRecord } from '../board/call-record.ts'
import type { EventBody } from './translation.ts'

type View = Omit<CallRecord['view'], 'data'>

/** The caller was sent on, with what became of each connection. `to` is the device of that party, or of the queue. */
export function transferred(event: DomainEventOf<'call.transferred'>, view: View, to: string, time: string): EventBody {
  const { callId, from, consultation } = event
  const sentOn = from === undefined ? [] : [{ old: { callId, deviceId: from }, new: { callId, deviceId: to } }]
  const moved = consultation === undefined ? sentOn : outOf(consultation, view, [to])
  return {
    type: 'transferred',
    time,
    cause: consultation === undefined ? 'singleStepTransfer' : 'transfer',
    deviceId: to,
    ...(from !== undefined && { transferringDevice: from }),
    transferredToDevice: to,
    connectionMap: [...moved, ...staying(view, to)],
    ...view
  }
}

/** One more party, with what became of each connection: who was in no call before had none. */
export function conferenced(event: DomainEventOf<'call.conferenced'>, view: View, time: string): EventBody {
  const { by, device, consultation } = event
  const moved = consultation === undefined ? [] : outOf(consultation, view, [device, by])
  const who = { deviceId: device, conferencingDevice: by, addedDevice: device }
  return { type: 'conferenced', time, cause: 'conference', ...who, connectionMap: [...moved, ...staying(view, device)], ...view }
}

/** From the consultation into the call that is left. */
function outOf(consultation: string, { callId }: View, devices: readonly string[]) {
  return devices.map((deviceId) => ({ old: { callId: consultation, deviceId }, new: { callId, deviceId } }))
}

/** Whoever was in the call before the newcomer has the connection they had. */
function staying({ callId, connections }: View, newcomer: string) {
  return connections
    .filter(({ kind, deviceId }) => kind !== 'queue' && deviceId !== newcomer)
    .map(({ deviceId }) => ({ old: { callId, deviceId }, new: { callId, deviceId } }))
}
