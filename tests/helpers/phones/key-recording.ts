/** RFC 4733: a key is told every 20 ms while it is held, and its end three times. */
const packetMs = 20
const heldMs = 80
const everyMs = 160
const clockPerMs = 8
const endBit = 0x80
const markerBit = 0x80
const payloadType = 101
const keyNumbers = '0123456789*#'

/**
 * Recordings of keys for SIPp to play, as libpcap files. One of these for each call: sequence numbers and times go on from key to key, as
 * those of a telephone do. (SIPp's own recordings begin anew with each key, and Asterisk takes an older one for a repetition.)
 */
export class KeyRecorder {
  #sequence = 1
  #time = 24_000

  record(keys: string): Buffer {
    const packets = [...keys].flatMap((key, index) => this.#pressed(key, index * everyMs))
    return Buffer.concat([fileHeader(), ...packets])
  }

  #pressed(key: string, atMs: number): Buffer[] {
    const steps = heldMs / packetMs
    const packets = Array.from({ length: steps + 3 }, (_, index) => {
      const ended = index >= steps
      const durationMs = ended ? heldMs : (index + 1) * packetMs
      return frame(atMs + index * packetMs, this.#rtp(key, durationMs, ended, index === 0))
    })
    this.#time += everyMs * clockPerMs
    return packets
  }

  #rtp(key: string, durationMs: number, ended: boolean, first: boolean): Buffer {
    const rtp = Buffer.alloc(16)
    rtp.writeUInt8(0x80, 0)
    rtp.writeUInt8(payloadType | (first ? markerBit : 0), 1)
    rtp.writeUInt16BE(this.#sequence++, 2)
    rtp.writeUInt32BE(this.#time, 4)
    rtp.writeUInt32BE(0x5357_4244, 8)
    rtp.writeUInt8(keyNumbers.indexOf(key), 12)
    rtp.writeUInt8(10 | (ended ? endBit : 0), 13)
    rtp.writeUInt16BE(durationMs * clockPerMs, 14)
    return rtp
  }
}

/** Little endian, microseconds, Ethernet. */
function fileHeader(): Buffer {
  const header = Buffer.alloc(24)
  header.writeUInt32LE(0xa1b2_c3d4, 0)
  header.writeUInt16LE(2, 4)
  header.writeUInt16LE(4, 6)
  header.writeUInt32LE(65_535, 16)
  header.writeUInt32LE(1, 20)
  return header
}

/** A packet with the headers below RTP. SIPp reads their lengths and nothing else. */
function frame(atMs: number, rtp: Buffer): Buffer {
  const record = Buffer.alloc(16)
  const ethernet = Buffer.alloc(14)
  ethernet.writeUInt16BE(0x0800, 12)
  const udp = Buffer.alloc(8)
  udp.writeUInt16BE(udp.length + rtp.length, 4)
  const ip = Buffer.alloc(20)
  ip.writeUInt8(0x45, 0)
  ip.writeUInt16BE(ip.length + udp.length + rtp.length, 2)
  ip.writeUInt8(17, 9)
  const bytes = Buffer.concat([ethernet, ip, udp, rtp])
  record.writeUInt32LE(1 + Math.floor(atMs / 1000), 0)
  record.writeUInt32LE((atMs % 1000) * 1000, 4)
  record.writeUInt32LE(bytes.length, 8)
  record.writeUInt32LE(bytes.length, 12)
  return Buffer.concat([record, bytes])
}
