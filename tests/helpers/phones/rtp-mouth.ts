import type { Socket } from 'node:dgram'
import { tone } from './mu-law.ts'

const SILENCE = Buffer.alloc(160, 0xff)

export interface RtpStream {
  readonly ssrc: number
  readonly sequence: number
  readonly timestamp: number
}

/** What one party says: a packet every 20 ms, and keys as RFC 4733 events. */
export class RtpMouth {
  readonly #socket: Socket
  #ssrc = Math.floor(Math.random() * 2 ** 32)
  #voiceHz: number | undefined
  #to: { host: string; port: number } | undefined
  #timer: NodeJS.Timeout | undefined
  #sequence = 1
  #timestamp = 0
  #started = 0
  #sent = 0
  /** When the first packet was sent that says that a key was let go, the last key pressed. */
  keyEndedAt: number | undefined
  /** What the next packets are: undefined is voice. */
  readonly #keys: (Buffer | undefined)[] = []

  constructor(socket: Socket, voiceHz: number | undefined) {
    this.#socket = socket
    this.#voiceHz = voiceHz
  }

  speakTo(host: string, port: number): void {
    this.#to = { host, port }
    if (this.#timer !== undefined) return
    this.#started = Date.now()
    // A phone speaks again in its next call, and not only after it has been silent for as long as it spoke before.
    this.#sent = 0
    this.#timer = setInterval(() => this.#catchUp(), 10)
  }

  /** A new stream, with numbers that lie behind those of the one before: phones may choose any (RFC 3550 §5.1). */
  renew(): void {
    this.#ssrc = Math.floor(Math.random() * 2 ** 32)
    this.#sequence += 0x10000 - 1000
  }

  /** Where the next packet stands in its stream, and where it goes: for who says what no phone says. */
  get stream(): RtpStream & { readonly to: { readonly host: string; readonly port: number } | undefined } {
    return { ssrc: this.#ssrc, sequence: this.#sequence & 0xffff, timestamp: this.#timestamp >>> 0, to: this.#to }
  }

  /** From now on hums that tone, or is silent. */
  hum(voiceHz: number | undefined): void {
    this.#voiceHz = voiceHz
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  /** Queues key presses; resolves when the last one has been sent. */
  async press(digits: string, durationMs: number, gapMs: number): Promise<void> {
    for (const digit of digits) this.#queueKey(digit, durationMs, gapMs)
    while (this.#keys.length > 0 && this.#timer !== undefined) await new Promise((resolve) => setTimeout(resolve, 10))
  }

  #queueKey(digit: string, durationMs: number, gapMs: number): void {
    const code = '0123456789*#ABCD'.indexOf(digit)
    if (code < 0) throw new Error(`There is no key ${digit}`)
    const packets = Math.max(1, Math.round(durationMs / 20))
    for (let n = 1; n <= packets + 2; n++) {
      const end = n >= packets ? 0x80 : 0
      const held = Math.min(n, packets) * 160
      this.#keys.push(Buffer.from([code, end | 10, held >> 8, held & 0xff]))
    }
    for (let n = 0; n < gapMs / 20; n++) this.#keys.push(undefined)
  }

  #catchUp(): void {
    const due = Math.floor((Date.now() - this.#started) / 20)
    if (due - this.#sent > 50) this.#sent = due - 1
    while (this.#sent < due) {
      this.#sent++
      this.#say()
    }
  }

  #say(): void {
    const key = this.#keys.shift()
    if (key === undefined) {
      const voice = this.#voiceHz === undefined ? SILENCE : tone(this.#voiceHz, 20, this.#timestamp)
      this.#send(0, this.#timestamp, voice)
      this.#timestamp += 160
      return
    }
    // RFC 4733 §2.5.1: all packets of one event carry the timestamp of its beginning.
    const held = key.readUInt16BE(2)
    this.#send(101, this.#timestamp, key, held === 160)
    const ends = (key.readUInt8(1) & 0x80) !== 0
    if (ends) this.keyEndedAt ??= Date.now()
    else this.keyEndedAt = undefined
    const last = this.#keys[0] === undefined || this.#keys[0].readUInt16BE(2) < held
    if (last) this.#timestamp += held + 320
  }

  #send(type: number, timestamp: number, payload: Buffer, marker = false): void {
    if (this.#to === undefined) return
    const header = Buffer.alloc(12)
    header[0] = 0x80
    header[1] = type | (marker ? 0x80 : 0)
    header.writeUInt16BE(this.#sequence++ & 0xffff, 2)
    header.writeUInt32BE(timestamp >>> 0, 4)
    header.writeUInt32BE(this.#ssrc, 8)
    this.#socket.send(Buffer.concat([header, payload]), this.#to.port, this.#to.host)
  }
}
