import type { Publish } from '../domain/event-bus.ts'
import type { ContactId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import type { Channel } from '../domain/ports/telephony.ts'
import type { QueuePlace } from '../domain/queue.ts'
import type { CallsOffice } from './office.ts'

/** A channel that an earlier process left in our application: its caller is served by the dialplan, a leg of ours is hung up. */
export async function clearStray(channel: Channel, role: 'caller' | 'leg', log: Log): Promise<void> {
  log.warn({ channelId: channel.id, role }, 'Found a channel that an earlier process left behind')
  const outcome = role === 'caller' ? await channel.sendToDialplan('away', 's') : await channel.hangup()
  if (!outcome.ok && outcome.problem !== 'gone')
    log.error({ channelId: channel.id, role, outcome }, 'A channel left behind could not be cleared')
  channel.release()
}

/** Writes off the calls that an earlier process had when it died, so that each has its one termination. Who waited in a queue has their place back. */
export async function closeLostCalls(
  { liveStore, keptPlaces, clock }: Pick<CallsOffice, 'liveStore' | 'keptPlaces' | 'clock'>,
  publish: Publish,
  log: Log
): Promise<void> {
  const lost = await liveStore.list()
  for (const { callId, contactId, startedAt, caller, phase, place } of lost) {
    if (phase === 'queued' && place !== undefined && caller !== 'anonymous') {
      // As our own LiveCall has written it.
      const { queue, priority, enqueuedAt } = place as QueuePlace
      keptPlaces.keep(String(caller), { callId, at: clock.now(), queues: [queue], priority, enqueuedAt })
    }
    publish({
      type: 'call.ended',
      callId,
      contactId: contactId as ContactId,
      termination: { result: 'failed', reason: 'server-restarted' },
      startedAt,
      totals: { queuedMs: 0, talkedMs: 0, heldMs: 0 }
    })
    liveStore.delete(callId)
  }
  if (lost.length > 0) log.warn({ calls: lost.length }, 'Calls of an earlier process were written off')
}
