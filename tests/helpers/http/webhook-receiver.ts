import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http'

/** One request that a receiver got. */
export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly text: string
  readonly event: {
    readonly id: string
    readonly attempt: number
    readonly seq: number
    readonly type: string
    readonly [key: string]: unknown
  }
  readonly at: number
}

export interface WebhookReceiver {
  readonly url: string
  readonly received: Received[]
  /** What it does with each request; at first it answers 204. */
  answer: (response: ServerResponse, received: Received) => void
  /** The greatest number of requests that were open at once. */
  readonly openMax: number
  close(): Promise<void>
}

/** A real HTTP server that takes webhooks, on loopback. */
export async function startReceiver(port = 0): Promise<WebhookReceiver> {
  let [open, openMax] = [0, 0]
  const server = createServer((request, response) => {
    openMax = Math.max(openMax, ++open)
    response.on('close', () => open--)
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => response.destroy())
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const received = { headers: request.headers, text, event: JSON.parse(text), at: Date.now() }
      receiver.received.push(received)
      receiver.answer(response, received)
    })
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const receiver: WebhookReceiver = {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}`,
    received: [],
    answer: (response) => void response.writeHead(204).end(),
    get openMax() {
      return openMax
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
  return receiver
}
