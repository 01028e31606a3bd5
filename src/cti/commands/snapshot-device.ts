import { viewCalls } from '../view/take-snapshot.ts'
import { maySeePhone } from '../view/visibility.ts'
import type { Command } from './command.ts'

/** One phone and the calls it is part of. */
export const snapshotDevice: Command<'snapshotDevice'> = ({ deviceId }, desk) => {
  const phone = desk.board.phones.get(deviceId)
  if (phone === undefined || !maySeePhone(desk.viewer, deviceId, phone.agentId)) return { ok: false, code: 'DEVICE_UNKNOWN' }
  const calls = viewCalls(desk.board, desk.viewer, ({ view }) => view.connections.some((party) => party.deviceId === deviceId))
  return { ok: true, value: { phone, calls } }
}
