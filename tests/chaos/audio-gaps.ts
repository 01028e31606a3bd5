/** A packet of RTP as it came. */
export interface CamePacket {
  /** By the clock of this machine, milliseconds. */
  readonly at: number
  readonly ssrc: number
  readonly sequence: number
  /** What time of the stream it holds, in samples. */
  readonly timestamp: number
  readonly isSound: boolean
}

/** What somebody was without. Times in milliseconds. */
export interface AudioGaps {
  /** The longest pause between two packets; how much of it stays when this process was not held up itself meanwhile. */
  readonly pauseMs: number
  readonly unexplainedMs: number
  /** The longest piece that the stream itself lacks, by its timestamps: whoever is late is not without it. */
  readonly missingMs: number
  /** Packets that were sent and did not come. */
  readonly lost: number
}

const SAMPLES_PER_MS = 8
const PACKET_MS = 20

/**
 * The gaps from a moment on. What comes late comes with all its sequence numbers and timestamps (RFC 3550 §5.1), and a sender who was silent may go on with those
 * that are next: so both are looked at, what the stream lacks and when it came. `anything`: soft passages count as sound.
 */
export function audioGaps(
  packets: readonly CamePacket[],
  {
    from,
    to,
    heldUp,
    anything = false
  }: {
    readonly from: number
    readonly to: number
    /** For how much of that time this process got to do nothing. */
    readonly heldUp: (from: number, to: number) => number
    readonly anything?: boolean
  }
): AudioGaps {
  const begin = packets.findIndex(({ at }) => at >= from)
  // The one before is where the first pause begins.
  const came = begin < 0 ? packets.slice(-1) : packets.slice(Math.max(0, begin - 1))
  const sounds = anything ? came : came.filter(({ isSound }) => isSound)
  const pauses = [...sounds.map(({ at }) => at), to].map((at, n) => [sounds[n - 1]?.at ?? from, at] as const)
  return {
    pauseMs: longest(pauses.map(([since, until]) => until - since)),
    unexplainedMs: longest(pauses.map(([since, until]) => until - since - heldUp(since, until))),
    missingMs: longest(pairs(sounds).map(missingBetween)),
    lost: pairs(came).reduce((sum, pair) => sum + lostBetween(pair), 0)
  }
}

type Pair = readonly [CamePacket, CamePacket]

/** Those of one stream: another one has a clock and numbers of its own. */
function pairs(packets: readonly CamePacket[]): readonly Pair[] {
  return packets.slice(1).flatMap((packet, n) => {
    const before = packets[n] as CamePacket
    return before.ssrc === packet.ssrc ? [[before, packet] as const] : []
  })
}

function missingBetween([before, packet]: Pair): number {
  return ((packet.timestamp - before.timestamp) | 0) / SAMPLES_PER_MS - PACKET_MS
}

/** Sixteen bits, which begin anew; what was overtaken is not lost. */
function lostBetween([before, packet]: Pair): number {
  const steps = (packet.sequence - before.sequence) & 0xffff
  return steps === 0 || steps > 0x7fff ? 0 : steps - 1
}

function longest(times: readonly number[]): number {
  return times.reduce((most, ms) => Math.max(most, ms), 0)
}
