import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { until } from '../until.ts'

export interface FrameBits {
  readonly fin?: boolean
  /** The three reserved bits, 0 to 7. */
  readonly reserved?: number
  readonly masked?: boolean
  /** What the header says, whatever follows. */
  readonly length?: number | bigint
}

/** One frame of RFC 6455 §5.2, also such as nobody may send. */
export function frame(
  opcode: number,
  payload: Buffer | string,
  { fin = true, reserved = 0, masked = true, length }: FrameBits = {}
): Buffer {
  const body = Buffer.from(payload)
  const said = BigInt(length ?? body.length)
  const first = (fin ? 0x80 : 0) | (reserved << 4) | opcode
  const bit = masked ? 0x80 : 0
  const size = Buffer.alloc(said < 126n ? 1 : said < 65_536n ? 3 : 9)
  if (said < 126n) size[0] = bit | Number(said)
  else if (said < 65_536n) {
    size[0] = bit | 126
    size.writeUInt16BE(Number(said), 1)
  } else {
    size[0] = bit | 127
    size.writeBigUInt64BE(said, 1)
  }
  if (!masked) return Buffer.concat([Buffer.from([first]), size, body])
  const mask = Buffer.from([7, 77, 177, 27])
  const hidden = Buffer.from(body.map((byte, at) => byte ^ (mask[at % 4] ?? 0)))
  return Buffer.concat([Buffer.from([first]), size, mask, hidden])
}

/** A peer that speaks whatever it likes over TCP. */
export class RawWebsocket {
  readonly socket: Socket
  #received = Buffer.alloc(0)
  #closed = false

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (data) => {
      this.#received = Buffer.concat([this.#received, data])
    })
    // However the server cuts the line is as good.
    socket.on('error', () => undefined)
    socket.on('close', () => {
      this.#closed = true
    })
  }

  static async connect(url: string): Promise<RawWebsocket> {
    const { hostname, port } = new URL(url)
    const socket = connect(Number(port), hostname)
    const peer = new RawWebsocket(socket)
    await once(socket, 'connect')
    return peer
  }

  /** With the handshake done. */
  static async upgrade(url: string): Promise<RawWebsocket> {
    const peer = await RawWebsocket.connect(url)
    peer.write(upgradeRequest)
    await until(() => peer.#received.includes('\r\n\r\n'), { what: 'the handshake' })
    return peer
  }

  write(data: Buffer | string): void {
    if (!this.#closed) this.socket.write(data)
  }

  /** Code of the close frame that came last; undefined when there was none. */
  get closeCode(): number | undefined {
    // Frames of servers are not masked; a close frame with a reason is 0x88, its length, the code.
    const at = this.#received.lastIndexOf(0x88)
    return at < 0 || at + 4 > this.#received.length ? undefined : this.#received.readUInt16BE(at + 2)
  }

  get isClosed(): boolean {
    return this.#closed
  }

  get text(): string {
    return this.#received.toString('latin1')
  }

  leave(): void {
    this.socket.destroy()
  }
}

export const upgradeRequest =
  'GET /cti/v1 HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
  `Sec-WebSocket-Key: ${Buffer.from('0123456789abcdef').toString('base64')}\r\nSec-WebSocket-Protocol: switchboard.cti.v1\r\n\r\n`
