import { readFile } from 'node:fs/promises'
import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import type { IssuedFiles } from '../test-authority.ts'
import type { DrachtioServer } from './drachtio-server.ts'
import { FakeProxy, type Received } from './fake-drachtio-proxy.ts'

/** One application, as drachtio knows it. */
class Client {
  readonly routes = new Set<string>()
  readonly socket: Socket
  authenticated = false
  #bytes = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.socket = socket
  }

  /** The messages that are complete now. Each is `LENGTH#TEXT`, the length in bytes. */
  read(bytes: Buffer): string[] {
    this.#bytes = Buffer.concat([this.#bytes, bytes])
    const texts: string[] = []
    for (;;) {
      const at = this.#bytes.indexOf('#')
      const end = at + 1 + Number(this.#bytes.subarray(0, Math.max(at, 0)))
      if (at < 0 || this.#bytes.length < end) return texts
      texts.push(this.#bytes.subarray(at + 1, end).toString())
      this.#bytes = this.#bytes.subarray(end)
    }
  }

  send(text: string): void {
    const message = `${crypto.randomUUID()}|${text}`
    this.socket.write(`${Buffer.byteLength(message)}#${message}`)
  }

  respond(to: string, ...fields: string[]): void {
    this.send(['response', to, ...fields].join('|'))
  }
}

/**
 * As much of drachtio-server 0.9.10 as the SIP edge meets: its admin protocol over TCP and its SIP over UDP, written from what the
 * real one sends. edge-cases.ts holds both to the same cases. `tls`: its admin port is encrypted.
 */
export async function startFakeDrachtio(tls?: IssuedFiles): Promise<DrachtioServer & { freeze(): void }> {
  const secret = 'secret-of-drachtio'
  const shown = tls && { cert: await readFile(tls.certificate), key: await readFile(tls.key) }
  const clients: Client[] = []
  const requests = new Map<string, { client: Client; received: Received }>()
  const proxy = new FakeProxy({ onRequest: toApplication, onCancel: cancelled })
  let server: Server | undefined
  let turn = 0
  let frozen = false
  let port = 0

  async function start(): Promise<void> {
    await proxy.start()
    const connected = (socket: Socket) => welcome(new Client(socket))
    const opened = shown === undefined ? createServer(connected) : createTlsServer(shown, connected)
    server = opened
    await new Promise<void>((resolve) => opened.listen(port, '127.0.0.1', resolve))
    port = (opened.address() as { port: number }).port
  }

  function welcome(client: Client): void {
    clients.push(client)
    client.socket.on('data', (bytes) => {
      for (const text of frozen ? [] : client.read(bytes)) obey(client, text)
    })
    client.socket.on('close', () => void clients.splice(clients.indexOf(client), 1))
    // The close that follows tells us all.
    client.socket.on('error', () => undefined)
  }

  function obey(client: Client, text: string): void {
    const [head = '', ...rest] = text.split('\r\n')
    const [id = '', command = '', first = '', ...fields] = head.split('|')
    const message = rest.join('\r\n')
    if (command === 'authenticate') {
      client.authenticated = first === secret
      const contacts = `udp/${proxy.address}`
      if (client.authenticated) client.respond(id, 'OK', contacts, 'v0.9.10', contacts)
      else client.respond(id, 'NO', 'incorrect secret')
      if (!client.authenticated) client.socket.end()
    } else if (!client.authenticated) client.socket.end()
    else if (command === 'ping') client.respond(id, 'OK', 'pong')
    else if (command === 'route' || command === 'remove_route') {
      if (command === 'route') client.routes.add(first)
      // The real one forgets all of them at once.
      else client.routes.clear()
      client.respond(id, 'OK')
    } else if (command === 'sip' && first === '') ask(client, id, message)
    else if (command === 'sip') answer(client, id, first, message)
    else if (command === 'proxy') forward(client, id, first, fields)
  }

  /** A request from outside goes to the applications that want its kind, in turn. */
  function toApplication(received: Received): boolean {
    const wanting = clients.filter(({ routes }) => routes.has(received.method.toLowerCase()))
    const client = wanting[turn++ % wanting.length]
    if (client === undefined) return false
    const id = crypto.randomUUID()
    requests.set(id, { client, received })
    client.send(`sip|${meta('network', received.text, received)}|${id}||${proxy.address.replace(':', '|')}|\r\n${received.text}`)
    return true
  }

  function cancelled(invite: Received, cancel: Received): void {
    for (const [id, { client, received }] of requests)
      if (received === invite) client.send(`sip|${meta('network', cancel.text, cancel)}|${id}||\r\n${cancel.text}`)
  }

  function answer(client: Client, id: string, transaction: string, message: string): void {
    const received = requests.get(transaction)?.received
    if (received === undefined || !requests.delete(transaction) || received.cancelled) {
      client.respond(id, 'NOK', 'unknown transaction')
      return
    }
    const sent = proxy.answer(received, message)
    client.respond(id, 'OK', meta('application', sent, received), transaction, '', '', 'Msg sent:', `\r\n${sent}`)
  }

  function forward(client: Client, id: string, transaction: string, fields: readonly string[]): void {
    const [inDialog, , , , provisional = '', , target = ''] = fields
    const received = requests.get(transaction)?.received
    if (received === undefined || !requests.delete(transaction)) {
      client.respond(id, 'NOK', `Unknown transaction id: ${transaction}`)
      return
    }
    proxy.forward(received, target, {
      recordRoute: inDialog === 'remainInDialog',
      provisionalMs: Number(/^(\d+)s$/.exec(provisional)?.[1] ?? 32) * 1000,
      onResponse: (from, text) => client.respond(id, 'OK', meta('network', text, from), '', '', `continue\r\n${text}`),
      onDone: () => client.respond(id, 'OK', 'done')
    })
  }

  function ask(client: Client, id: string, message: string): void {
    const transaction = crypto.randomUUID()
    const { text, to } = proxy.ask(message, (from, response) =>
      client.send(`sip|${meta('network', response, from)}|${transaction}||\r\n${response}`)
    )
    client.respond(id, 'OK', meta('application', text, to), transaction, 'Msg sent:', `\r\n${text}`)
  }

  async function kill(): Promise<void> {
    requests.clear()
    for (const { socket } of clients) socket.destroy()
    await Promise.all([proxy.stop(), new Promise((resolve) => server?.close(resolve))])
  }

  await start()
  return {
    kind: 'fake',
    address: { host: '127.0.0.1', port },
    secret,
    pid: undefined,
    sip: proxy.address,
    start,
    kill,
    stop: kill,
    /** The process stands still: connections stay, nothing is read any more. */
    freeze() {
      frozen = true
    }
  }
}

function meta(source: string, text: string, { address, port }: { address: string; port: number }): string {
  return [source, Buffer.byteLength(text), 'udp', address, port, new Date().toISOString().slice(11, 23)].join('|')
}
