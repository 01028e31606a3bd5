import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { formatSip, parseSip, type SipMessage } from './sip-message.ts'

/** A request from outside. */
export interface Received {
  readonly method: string
  readonly text: string
  readonly message: SipMessage
  readonly address: string
  readonly port: number
  cancelled: boolean
  answered: boolean
  forwarded: Forwarded | undefined
}

interface Forwarded {
  readonly branch: string
  readonly target: string
  /** As it was sent to the target. */
  readonly text: string
  readonly options: ForwardOptions
  readonly timers: NodeJS.Timeout[]
  proceeding: boolean
}

export interface ForwardOptions {
  readonly recordRoute: boolean
  readonly provisionalMs: number
  onResponse(from: Place, text: string): void
  onDone(): void
}

interface Place {
  readonly address: string
  readonly port: number
}

interface ProxyEars {
  /** False when no application wants it. */
  onRequest(received: Received): boolean
  /** The caller gave up while the application had the INVITE. */
  onCancel(invite: Received, cancel: Received): void
}

/** The SIP side of the fake drachtio: a small proxy that stays in the dialog. One header value a line, UDP, loopback. */
export class FakeProxy {
  readonly #ears: ProxyEars
  /** Requests by their transaction; kept, so that a repetition is known. */
  readonly #received = new Map<string, Received>()
  readonly #asked = new Map<string, (from: Place, text: string) => void>()
  readonly #timers = new Set<NodeJS.Timeout>()
  #socket: Socket | undefined
  #port = 0

  constructor(ears: ProxyEars) {
    this.#ears = ears
  }

  get address(): string {
    return `127.0.0.1:${this.#port}`
  }

  async start(): Promise<void> {
    const socket = createSocket('udp4')
    await new Promise<void>((resolve) => socket.bind(this.#port, '127.0.0.1', resolve))
    this.#port = socket.address().port
    this.#socket = socket
    socket.on('message', (bytes, from) => {
      const text = bytes.toString()
      const message = parseSip(text)
      if (message.status !== undefined) this.#onResponse(text, message, from)
      else this.#onRequest(text, message, from)
    })
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#received.clear()
    this.#asked.clear()
    await new Promise<void>((resolve) => this.#socket?.close(resolve))
  }

  /** Sends the application's answer to a request; returns what was sent. */
  answer(received: Received, text: string): string {
    const { first } = parseSip(text)
    const extra = text
      .split('\r\n\r\n', 1)[0]
      ?.split('\r\n')
      .slice(1)
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const)
      .filter(([name]) => !['call-id', 'cseq', 'from', 'to', 'content-length'].includes(name.toLowerCase()))
    received.answered = true
    return this.#reply(received, first.replace('SIP/2.0 ', ''), extra)
  }

  /** A request of the application's own; `heard` gets what comes back. */
  ask(text: string, heard: (from: Place, text: string) => void): { text: string; to: Place } {
    const [method = '', uri = ''] = parseSip(text).first.split(' ')
    const branch = newBranch()
    const request = formatSip(`${method} ${uri} SIP/2.0`, [
      ['Via', this.#via(branch)],
      ['From', `<sip:${this.address}>;tag=${branch}`],
      ['To', `<${uri}>`],
      ['Call-ID', branch],
      ['CSeq', `1 ${method}`],
      ['Max-Forwards', '70']
    ])
    const to = placeOf(uri)
    const send = () => this.#send(request, to)
    send()
    // Sofia's first repetition comes after a second.
    const again = this.#after(1000, send)
    this.#asked.set(branch, (from, response) => {
      clearTimeout(again)
      heard(from, response)
    })
    return { text: request, to }
  }

  forward(received: Received, target: string, options: ForwardOptions): void {
    const branch = newBranch()
    const lines = [`Via: ${this.#via(branch)}`, ...(options.recordRoute ? [`Record-Route: <sip:${this.address};lr>`] : [])]
    // The URI stays as it is when it names another host than ours.
    const local = received.message.first.includes(this.address)
    const body = local ? received.text.replace(/^INVITE \S+/, `INVITE ${target}`) : received.text
    const text = body.replace('\r\n', `\r\n${lines.join('\r\n')}\r\n`)
    const send = () => this.#send(text, placeOf(target))
    send()
    const timers = [
      this.#after(500, send),
      this.#after(options.provisionalMs, () => {
        this.#reply(received, '408 Request Timeout')
        received.answered = true
        options.onDone()
      })
    ]
    received.forwarded = { branch, target, text, options, timers, proceeding: false }
  }

  #onRequest(text: string, message: SipMessage, from: RemoteInfo): void {
    const method = message.method as string
    const inDialog = /;tag=/.test(message.header('to') ?? '')
    const route = message.header('route')
    if (inDialog && route?.includes(this.address)) {
      this.#passOn(text, message)
      return
    }
    const { address, port } = from
    const received: Received = { method, text, message, address, port, cancelled: false, answered: false, forwarded: undefined }
    const known = this.#received.get(keyOf(message))
    if (method === 'ACK' || method === 'REFER') return
    if (method === 'CANCEL') this.#cancel(received, known)
    else if (known !== undefined) {
      if (method === 'INVITE' && !known.answered) this.#reply(known, '100 Trying')
    } else this.#take(received, inDialog)
  }

  #take(received: Received, inDialog: boolean): void {
    this.#received.set(keyOf(received.message), received)
    const { method } = received
    if (inDialog && ['BYE', 'UPDATE', 'INVITE'].includes(method)) {
      this.#reply(received, '481 Call/Transaction Does Not Exist')
      return
    }
    if (method === 'UPDATE' || method === 'BYE') this.#reply(received, '481 Call/Transaction Does Not Exist')
    else {
      if (method === 'INVITE') this.#reply(received, '100 Trying')
      if (!this.#ears.onRequest(received)) this.#reply(received, '503 Service Unavailable')
    }
  }

  #cancel(cancel: Received, invite: Received | undefined): void {
    if (invite === undefined || invite.answered) {
      this.#reply(cancel, '481 Call/Transaction Does Not Exist')
      return
    }
    this.#reply(cancel, '200 OK')
    invite.cancelled = true
    invite.answered = true
    this.#reply(invite, '487 Request Terminated')
    const { forwarded } = invite
    if (forwarded === undefined) this.#ears.onCancel(invite, cancel)
    else {
      this.#settle(forwarded)
      if (forwarded.proceeding) this.#sendInTransaction('CANCEL', forwarded, undefined)
    }
  }

  /** A request of a dialog we stay in: to the next of its route, or where it is meant for. */
  #passOn(text: string, message: SipMessage): void {
    const onward = text.replace(/^Route: [^\r]*\r\n/im, '').replace('\r\n', `\r\nVia: ${this.#via(newBranch())}\r\n`)
    const next = parseSip(onward).header('route') ?? message.first.split(' ')[1] ?? ''
    this.#send(onward, placeOf(next))
  }

  #onResponse(text: string, message: SipMessage, from: RemoteInfo): void {
    // RFC 3261 §18.1.2: what was sent by somebody else is not for us.
    if (!message.header('via')?.startsWith(`SIP/2.0/UDP ${this.address};`)) return
    const branch = /branch=([^;\r]+)/.exec(message.header('via') ?? '')?.[1] ?? ''
    const asked = this.#asked.get(branch)
    if (asked !== undefined) {
      asked(from, text)
      return
    }
    const received = [...this.#received.values()].find(({ forwarded }) => forwarded?.branch === branch)
    if (received?.forwarded !== undefined && message.header('cseq')?.endsWith('INVITE'))
      this.#onForwarded(received, received.forwarded, text, message, from)
    else if (received === undefined) this.#sendBack(text)
  }

  #onForwarded(received: Received, forwarded: Forwarded, text: string, message: SipMessage, from: RemoteInfo): void {
    const status = message.status as number
    this.#settle(forwarded)
    forwarded.proceeding = status < 200
    if (status >= 300) this.#sendInTransaction('ACK', forwarded, message)
    forwarded.options.onResponse(from, text)
    if (status > 100 && !received.cancelled) this.#sendBack(text)
    if (status < 200) return
    received.answered = true
    forwarded.options.onDone()
  }

  /** A response on its way back: our Via goes, the next says where to. */
  #sendBack(text: string): void {
    const onward = text.replace(/^Via: [^\r]*\r\n/im, '')
    const via = parseSip(onward).header('via') ?? ''
    const [, host = '', port = ''] = /UDP ([^;:]+):(\d+)/.exec(via) ?? []
    this.#send(onward, { address: host, port: Number(port) })
  }

  /** RFC 3261 §9.1 and §17.1.1.3: CANCEL and ACK of a refusal share the branch of the INVITE. */
  #sendInTransaction(method: 'ACK' | 'CANCEL', { text, target, branch }: Forwarded, response: SipMessage | undefined): void {
    const invite = parseSip(text)
    const fields = [
      ['Via', this.#via(branch)],
      ['From', invite.header('from') ?? ''],
      ['To', (response ?? invite).header('to') ?? ''],
      ['Call-ID', invite.header('call-id') ?? ''],
      ['CSeq', `${parseInt(invite.header('cseq') ?? '', 10)} ${method}`],
      ['Max-Forwards', '70']
    ] as const
    this.#send(formatSip(`${method} ${target} SIP/2.0`, fields), placeOf(target))
  }

  #reply({ message, address, port }: Received, status: string, extra: readonly (readonly [string, string])[] = []): string {
    const tag = status.startsWith('100') || /;tag=/.test(message.header('to') ?? '') ? '' : ';tag=fake'
    const text = formatSip(`SIP/2.0 ${status}`, [
      ...message.headers('via').map((via) => ['Via', via] as const),
      ['From', message.header('from') ?? ''],
      ['To', `${message.header('to')}${tag}`],
      ['Call-ID', message.header('call-id') ?? ''],
      ['CSeq', message.header('cseq') ?? ''],
      ...extra
    ])
    this.#send(text, { address, port })
    return text
  }

  #settle({ timers }: Forwarded): void {
    for (const timer of timers) clearTimeout(timer)
  }

  #after(ms: number, work: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      work()
    }, ms)
    this.#timers.add(timer)
    return timer
  }

  #via(branch: string): string {
    return `SIP/2.0/UDP ${this.address};branch=${branch}`
  }

  #send(text: string, { address, port }: Place): void {
    this.#socket?.send(text, port, address)
  }
}

function newBranch(): string {
  return `z9hG4bK${crypto.randomUUID()}`
}

/** The same for an INVITE, its repetition and its CANCEL. */
function keyOf(message: SipMessage): string {
  const branch = /branch=([^;\r]+)/.exec(message.header('via') ?? '')?.[1]
  return `${message.header('call-id')} ${parseInt(message.header('cseq') ?? '', 10)} ${branch}`
}

function placeOf(uri: string): Place {
  const [, host = '', port = '5060'] = /sips?:(?:[^@>]*@)?([^:;>]+)(?::(\d+))?/.exec(uri) ?? []
  return { address: host, port: Number(port) }
}
