import { Either, type Signal } from '../../domain/abort.ts'
import type { EventFeed, Subscription } from '../../domain/event-feed.ts'
import type { Outcome } from '../../domain/outcome.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Telephony, TelephonyStatus } from '../../domain/ports/telephony.ts'
import { within } from '../../domain/within.ts'

/** Asterisk and the news of whether we are connected to it. */
export interface Line {
  readonly telephony: Telephony
  readonly connection: EventFeed<TelephonyStatus>
  readonly clock: Clock
}

/** A dead wire is noticed by its missing pongs, later than a command on it times out. */
const NOTICE_LIMIT_MS = 15_000

/**
 * Carries out a command, again after each reconnect while Asterisk is away: the caller is still on the line and hears silence, not a dropped call.
 * After a reconnect the adapter tells the channels that went meanwhile, so a call whose channel is gone ends by its signal.
 */
export async function whenConnected<Value>(
  line: Line,
  command: () => Promise<Outcome<Value>>,
  signal: Signal
): Promise<Outcome<Value>> {
  for (;;) {
    signal.throwIfAborted()
    const lost = line.connection.subscribe((status) => !status.connected)
    // Disposed of by hand: each command comes through here, and `using` costs microseconds as long as it is compiled into calls.
    try {
      const outcome = await command()
      if (outcome.ok || outcome.problem !== 'unavailable') return outcome
      // The wire is alive: this one command was not answered.
      if (!(await isNoticed(lost, line, signal))) return outcome
    } finally {
      lost[Symbol.dispose]()
    }
    if (line.telephony.status().connected) continue
    using back = line.connection.subscribe((status) => status.connected)
    await back.first(signal)
  }
}

async function isNoticed(lost: Subscription<TelephonyStatus>, line: Line, signal: Signal): Promise<boolean> {
  if (!line.telephony.status().connected) return true
  const news = await within(NOTICE_LIMIT_MS, line.clock, (limit) => lost.first(new Either(signal, limit)))
  return news !== undefined
}
