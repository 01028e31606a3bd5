import type { Publish } from '../domain/event-bus.ts'
import type { KeptCall } from '../domain/kept-call.ts'
import type { Log } from '../domain/log.ts'
import type { Channel } from '../domain/ports/telephony.ts'
import type { CallsOffice } from './call/office.ts'

/** A channel that an earlier process left in our application: its caller is served by the dialplan, a leg of ours is hung up. */
export async function clearStray(channel: Channel, role: 'caller' | 'leg', log: Log): Promise<void> {
  log.warn({ channelId: channel.id, role }, 'Found a channel that an earlier process left behind')
  const outcome = role === 'caller' ? await channel.sendToDialplan('away', 's') : await channel.hangup()
  if (!outcome.ok && outcome.problem !== 'gone')
    log.error({ channelId: channel.id, role, outcome }, 'A channel left behind could not be cleared')
  channel.release()
}

/** Writes off calls that an earlier process had and nobody can go on with, so that each has its one termination. Who waited in a queue has their place back. */
export function writeOff(
  lost: readonly KeptCall[],
  { liveStore, keptPlaces, clock }: Pick<CallsOffice, 'liveStore' | 'keptPlaces' | 'clock'>,
  publish: Publish,
  log: Log
): void {
  for (const kept of lost) {
    const { callId, contactId, startedAt, callerNumber, phase, place, totals = { queuedMs: 0, talkedMs: 0, heldMs: 0 } } = kept
    if (phase === 'queued' && place !== undefined && callerNumber) {
      const { queue, priority, enqueuedAt } = place
      keptPlaces.keep(callerNumber, { callId, at: clock.now(), queues: [queue], priority, enqueuedAt })
    }
    publish({
      type: 'call.ended',
      ...{ callId, contactId, startedAt, totals },
      termination: { result: 'failed', reason: 'server-restarted' }
    })
    liveStore.calls.delete(callId)
  }
  if (lost.length > 0) log.warn({ calls: lost.length }, 'Calls of an earlier process were written off')
}
