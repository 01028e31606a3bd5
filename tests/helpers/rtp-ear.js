import { linearOf } from "./mu-law.js";
import { until } from "./until.js";
/** Root mean square of a sample above which a packet counts as sound: line noise and comfort noise stay below. */
const LOUD = 200;
/** What one party hears: every RTP packet with the time it came. */
export class RtpEar {
    #heard = [];
    /** Keys the other side sent as RFC 4733 events. */
    digits = [];
    #lastEvent = -1;
    hear(packet) {
        if (packet.length <= 12)
            return;
        const type = packet[1] & 0x7f;
        const payload = packet.subarray(12);
        if (type === 101) {
            this.#hearKey(packet.readUInt32BE(4), payload);
            return;
        }
        if (type === 0)
            this.#heard.push({ at: Date.now(), sequence: packet.readUInt16BE(2), payload, loudness: loudness(payload) });
    }
    #hearKey(timestamp, payload) {
        if (timestamp === this.#lastEvent)
            return;
        this.#lastEvent = timestamp;
        this.digits.push('0123456789*#ABCD'[payload[0]] ?? '?');
    }
    get packets() {
        return this.#heard.length;
    }
    /** Milliseconds of sound since `since` (a time of Date.now). */
    soundMs(since = 0) {
        return this.#heard.filter((one) => one.at >= since && one.loudness > LOUD).length * 20;
    }
    /** When sound first began after `since`, if it did. */
    soundBegan(since = 0) {
        return this.#heard.find((one) => one.at >= since && one.loudness > LOUD)?.at;
    }
    /** When the last sound was heard, if any was. */
    soundLast() {
        return this.#heard.findLast((one) => one.loudness > LOUD)?.at;
    }
    /** What was said, with silence of at least `gapMs` between: how long each saying took. */
    sayings(gapMs = 400) {
        const sayings = [];
        for (const { at } of this.#heard.filter((one) => one.loudness > LOUD)) {
            const last = sayings.at(-1);
            if (last !== undefined && at - last.to < gapMs)
                last.to = at;
            else
                sayings.push({ from: at, to: at });
        }
        return sayings.map(({ from, to }) => to - from);
    }
    /** The longest time without a packet since `since`, up to now. */
    longestGapMs(since = 0) {
        const times = [...this.#heard.filter((one) => one.at >= since).map((one) => one.at), Date.now()];
        return times.reduce((longest, at, n) => (n === 0 ? 0 : Math.max(longest, at - times[n - 1])), 0);
    }
    /** Whether a pure tone of that frequency makes up most of what was heard in the last `ms`. */
    hears(hertz, ms = 100) {
        const recent = this.#heard.filter((one) => one.at >= Date.now() - ms);
        if (recent.length < ms / 40)
            return false;
        const samples = recent.flatMap((one) => [...one.payload].map((byte) => linearOf[byte]));
        return share(samples, hertz) > 0.4;
    }
    /** Resolves when the tone is heard. */
    async untilHears(hertz, ms = 3000) {
        await until(() => this.hears(hertz), {
            ms,
            what: () => `a tone of ${hertz} Hz is heard (packets: ${this.packets}, sound: ${this.soundMs()} ms)`
        });
    }
    /** Resolves when there has been no sound for `forMs`. */
    async untilSilent(forMs = 200, ms = 3000) {
        const quiet = () => this.soundMs(Date.now() - forMs) === 0;
        await until(quiet, { ms, what: () => `silence for ${forMs} ms` });
    }
    async untilSound(ms = 3000) {
        const start = Date.now();
        await until(() => this.soundMs(start) >= 60, { ms, what: () => `sound is heard (packets: ${this.packets})` });
    }
}
function loudness(payload) {
    let sum = 0;
    for (const byte of payload)
        sum += linearOf[byte] ** 2;
    return Math.sqrt(sum / payload.length);
}
/** Goertzel: the share of the energy that lies at one frequency. */
export function share(samples, hertz) {
    const factor = 2 * Math.cos((2 * Math.PI * hertz) / 8000);
    let [one, two, energy] = [0, 0, 0];
    for (const sample of samples) {
        ;
        [one, two] = [sample + factor * one - two, one];
        energy += sample * sample;
    }
    const power = one * one + two * two - factor * one * two;
    return energy === 0 ? 0 : (2 * power) / (samples.length * energy);
}
//# sourceMappingURL=rtp-ear.js.map