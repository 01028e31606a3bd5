import type { EventFeed } from '../domain/event-feed.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { Telephony, TelephonyStatus } from '../domain/ports/telephony.ts'

/** Asterisk and the news of whether we are connected to it. */
export interface Line {
  readonly telephony: Telephony
  readonly connection: EventFeed<TelephonyStatus>
}

/**
 * Carries out a command, again after each reconnect while Asterisk is away: the caller is still on the line and hears silence, not a dropped call.
 * After a reconnect the adapter tells the channels that went meanwhile, so a call whose channel is gone ends by its signal.
 */
export async function whenConnected(line: Line, command: () => Promise<Outcome>, signal: AbortSignal): Promise<Outcome> {
  for (;;) {
    signal.throwIfAborted()
    using back = line.connection.subscribe((status) => status.connected)
    const outcome = await command()
    if (outcome.ok || outcome.problem !== 'unavailable' || line.telephony.status().connected) return outcome
    await back.first(signal)
  }
}
