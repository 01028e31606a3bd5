import { until } from '../until.ts'
import { linearOf } from './mu-law.ts'

interface Heard {
  readonly at: number
  readonly ssrc: number
  readonly sequence: number
  readonly timestamp: number
  readonly payload: Buffer
  readonly loudness: number
}

/** Root mean square of a sample above which a packet counts as sound: line noise and comfort noise stay below. */
const LOUD = 200

/** What one party hears: every RTP packet with the time it came. */
export class RtpEar {
  readonly #heard: Heard[] = []
  /** Keys the other side sent as RFC 4733 events. */
  readonly digits: string[] = []
  #lastEvent = -1

  hear(packet: Buffer): void {
    if (packet.length <= 12) return
    const type = (packet[1] as number) & 0x7f
    const payload = packet.subarray(12)
    if (type === 101) {
      this.#hearKey(packet.readUInt32BE(4), payload)
      return
    }
    if (type !== 0) return
    const [sequence, timestamp, ssrc] = [packet.readUInt16BE(2), packet.readUInt32BE(4), packet.readUInt32BE(8)]
    this.#heard.push({ at: Date.now(), ssrc, sequence, timestamp, payload, loudness: loudness(payload) })
  }

  #hearKey(timestamp: number, payload: Buffer): void {
    if (timestamp === this.#lastEvent) return
    this.#lastEvent = timestamp
    this.digits.push('0123456789*#ABCD'[payload[0] as number] ?? '?')
  }

  get packets(): number {
    return this.#heard.length
  }

  /** Every packet since `since`, and the one before, in the order in which they came. */
  came(since = 0) {
    const first = this.#heard.findIndex(({ at }) => at >= since)
    return this.#heard.slice(first < 0 ? -1 : Math.max(0, first - 1)).map(({ at, ssrc, sequence, timestamp, loudness }) => ({
      ...{ at, ssrc, sequence, timestamp },
      isSound: loudness > LOUD
    }))
  }

  /** Milliseconds of sound since `since` (a time of Date.now). */
  soundMs(since = 0): number {
    return this.#heard.filter((one) => one.at >= since && one.loudness > LOUD).length * 20
  }

  /** When sound first began after `since`, if it did. */
  soundBegan(since = 0): number | undefined {
    return this.#heard.find((one) => one.at >= since && one.loudness > LOUD)?.at
  }

  /** The longest time without a sound since `since`, up to now: what a dead line is to who listens. */
  longestSilenceMs(since: number): number {
    const loud = this.#heard.filter((one) => one.at >= since && one.loudness > LOUD).map((one) => one.at)
    return [since, ...loud].reduce((longest, at, n) => Math.max(longest, (loud[n] ?? Date.now()) - at), 0)
  }

  /** When the first packet since `since` came that is that tone for the most part, if one did. */
  firstTone(hertz: number, since = 0): number | undefined {
    return this.#heard.find(({ at, payload }) => at >= since && share(linear(payload), hertz) > 0.4)?.at
  }

  /** When the last sound was heard, if any was. */
  soundLast(): number | undefined {
    return this.#heard.findLast((one) => one.loudness > LOUD)?.at
  }

  /** What was said, with silence of at least `gapMs` between: how long each saying took. */
  sayings(gapMs = 400): number[] {
    const sayings: { from: number; to: number }[] = []
    for (const { at } of this.#heard.filter((one) => one.loudness > LOUD)) {
      const last = sayings.at(-1)
      if (last !== undefined && at - last.to < gapMs) last.to = at
      else sayings.push({ from: at, to: at })
    }
    return sayings.map(({ from, to }) => to - from)
  }

  /** The longest time without a packet since `since`, up to now. */
  longestGapMs(since = 0): number {
    const times = [...this.#heard.filter((one) => one.at >= since).map((one) => one.at), Date.now()]
    return times.reduce((longest, at, n) => (n === 0 ? 0 : Math.max(longest, at - (times[n - 1] as number))), 0)
  }

  /** Whether a pure tone of that frequency makes up most of what was heard in the last `ms`. */
  hears(hertz: number, ms = 100): boolean {
    return this.share(hertz, ms) > 0.4
  }

  /** How much of what was heard in the last `ms` is that tone: 0 to 1; 0 when half of it is missing. */
  share(hertz: number, ms = 100): number {
    const recent = this.#heard.filter((one) => one.at >= Date.now() - ms)
    if (recent.length < ms / 40) return 0
    const samples = recent.flatMap((one) => linear(one.payload))
    return share(samples, hertz)
  }

  /** Resolves when the tone is heard. */
  async untilHears(hertz: number, ms = 10_000): Promise<void> {
    await until(() => this.hears(hertz), {
      ms,
      what: () => `a tone of ${hertz} Hz is heard (packets: ${this.packets}, sound: ${this.soundMs()} ms)`
    })
  }

  /** Resolves when there has been no sound for `forMs`. */
  async untilSilent(forMs = 200, ms = 10_000): Promise<void> {
    const quiet = () => this.soundMs(Date.now() - forMs) === 0
    await until(quiet, { ms, what: () => `silence for ${forMs} ms` })
  }

  async untilSound(ms = 10_000): Promise<void> {
    const start = Date.now()
    await until(() => this.soundMs(start) >= 60, { ms, what: () => `sound is heard (packets: ${this.packets})` })
  }
}

function linear(payload: Buffer): number[] {
  return Array.from(payload, (byte) => linearOf[byte] as number)
}

function loudness(payload: Buffer): number {
  let sum = 0
  for (const byte of payload) sum += (linearOf[byte] as number) ** 2
  return Math.sqrt(sum / payload.length)
}

/** Goertzel: the share of the energy that lies at one frequency. */
export function share(samples: readonly number[], hertz: number): number {
  const factor = 2 * Math.cos((2 * Math.PI * hertz) / 8000)
  let [one, two, energy] = [0, 0, 0]
  for (const sample of samples) {
    ;[one, two] = [sample + factor * one - two, one]
    energy += sample * sample
  }
  const power = one * one + two * two - factor * one * two
  return energy === 0 ? 0 : (2 * power) / (samples.length * energy)
}
