import { connect, createServer, type Socket } from 'node:net'

/** A wire between us and a server that a test can cut or freeze. */
export interface TcpProxy {
  /** `host:port` to connect to. */
  readonly address: string
  /** Ends all connections at once; new ones are refused until `mend`. */
  cut(): void
  /** Nothing passes any more and nobody is told; new connections hang. */
  freeze(): void
  mend(): void
  /** Ends all connections in the middle of a packet: when that many more bytes have passed, in both directions together. */
  cutAfter(bytes: number): void
  readonly connections: number
  /** Tells of everything that comes from the server, until disposed. */
  listen(ear: (bytes: Buffer) => void): Disposable
  close(): Promise<void>
}

export async function startTcpProxy(target: string): Promise<TcpProxy> {
  const [host, port] = target.split(':')
  const open = new Set<Socket>()
  const ears = new Set<(bytes: Buffer) => void>()
  let state: 'open' | 'cut' | 'frozen' = 'open'
  let left = Number.POSITIVE_INFINITY
  const pass = (bytes: Buffer, to: Socket) => {
    if (state !== 'open') return
    to.write(bytes.subarray(0, left))
    left -= bytes.length
    if (left > 0) return
    left = Number.POSITIVE_INFINITY
    for (const socket of open) socket.destroySoon()
  }

  const server = createServer((near) => {
    if (state === 'cut') return void near.destroy()
    const far = connect(Number(port), host)
    for (const [from, to] of [
      [near, far],
      [far, near]
    ] as const) {
      open.add(from)
      from.on('data', (bytes) => pass(bytes, to))
      if (from === far)
        from.on('data', (bytes) => {
          for (const ear of ears) ear(bytes)
        })
      from.on('close', () => {
        open.delete(from)
        to.destroy()
      })
      // The other end's close handler does the rest.
      from.on('error', () => undefined)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const drop = () => {
    for (const socket of open) socket.destroy()
  }

  return {
    address: `127.0.0.1:${(server.address() as { port: number }).port}`,
    get connections() {
      return open.size / 2
    },
    cut() {
      state = 'cut'
      drop()
    },
    freeze() {
      state = 'frozen'
    },
    mend() {
      state = 'open'
    },
    cutAfter(bytes) {
      left = bytes
    },
    listen(ear) {
      ears.add(ear)
      return { [Symbol.dispose]: () => void ears.delete(ear) }
    },
    async close() {
      drop()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}
