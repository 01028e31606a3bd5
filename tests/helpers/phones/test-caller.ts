import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { answerTo, formatSip, mediaAddress, parseSip, recordedRoute, type SipMessage } from '../sip/sip-message.ts'
import { until } from '../until.ts'
import { digest } from './desk-phone.ts'
import { RtpEar } from './rtp-ear.ts'
import { RtpMouth, type RtpStream } from './rtp-mouth.ts'

export interface CallerOptions {
  /** Asterisk's SIP address, `host:port`. */
  readonly sip: string
  readonly number: string
  readonly from?: string
  readonly fromName?: string
  /** An agent's phone that calls: `from` is its user. */
  readonly password?: string
  /** The caller hums a tone of this frequency; silent when left out. */
  readonly voiceHz?: number
}

/** A person with a telephone, outside: calls at once, hears, presses keys, hangs up. Real SIP and RTP over UDP. */
export async function placeCall(options: CallerOptions): Promise<TestCaller> {
  const caller = new TestCaller(options)
  await caller.dial()
  return caller
}

export class TestCaller {
  readonly ear = new RtpEar()
  /** Every status the INVITE was answered with, in order. */
  readonly statuses: number[] = []
  calledAt = 0
  answeredAt: number | undefined
  endedAt: number | undefined
  endedBy: 'caller' | 'server' | undefined
  /** The Reason header of the BYE or of the refusal, e.g. `Q.850;cause=16`. */
  reason: string | undefined
  /** Whether the far end put us on hold (re-INVITE without sending). */
  held = false

  readonly #options: CallerOptions
  readonly #signalling: Socket = createSocket('udp4')
  readonly #media: Socket = createSocket('udp4')
  readonly #mouth: RtpMouth
  readonly #tag = random()
  readonly #callId = `${random()}@test`
  #branch = `z9hG4bK${random()}`
  #authorization: string | undefined
  #invite = ''
  #referTo = ''
  #referred: number | undefined
  #resend: NodeJS.Timeout | undefined
  #to: string
  #target: string
  /** Proxies to pass inside the dialog, nearest first. */
  #route: readonly string[] = []
  #reasonToGive: string | undefined
  #sequence = 1

  constructor(options: CallerOptions) {
    this.#options = options
    this.#mouth = new RtpMouth(this.#media, options.voiceHz)
    this.#target = `sip:${options.number}@${options.sip}`
    this.#to = `<${this.#target}>`
  }

  async dial(): Promise<void> {
    for (const socket of [this.#signalling, this.#media]) {
      socket.bind(0, '127.0.0.1')
      await once(socket, 'listening')
    }
    this.#media.on('message', (packet) => this.ear.hear(packet))
    this.#signalling.on('message', (bytes) => this.#receive(parseSip(bytes.toString())))
    this.calledAt = Date.now()
    this.#invite = this.#request('INVITE', this.#sequence, this.#branch, this.#sdp())
    this.#send(this.#invite)
    this.#resend = setInterval(() => this.#send(this.#invite), 500)
  }

  /** Milliseconds from the call to the answer. */
  async answered(ms = 15_000): Promise<number> {
    await until(() => this.answeredAt !== undefined, { ms, what: () => `the call is answered (so far: ${this.statuses})` })
    return (this.answeredAt as number) - this.calledAt
  }

  async ringing(ms = 15_000): Promise<void> {
    await until(() => this.statuses.includes(180), { ms, what: () => `the call rings (so far: ${this.statuses})` })
  }

  /** The status the call was refused with. */
  async refused(ms = 15_000): Promise<number> {
    return until(() => this.statuses.find((status) => status >= 300), {
      ms,
      what: () => `the call is refused (so far: ${this.statuses})`
    })
  }

  async ended(ms = 15_000): Promise<'caller' | 'server'> {
    return until(() => this.endedBy, { ms, what: 'the call ends' })
  }

  /** The call as a Replaces parameter names it to the far end (RFC 3891 §3), escaped for an address. */
  get replaces(): string {
    const theirs = /;tag=([^;\s]+)/.exec(this.#to)?.[1] ?? ''
    return encodeURIComponent(`${this.#callId};to-tag=${theirs};from-tag=${this.#tag}`)
  }

  /** From now on hums that tone, or is silent. */
  hum(voiceHz?: number): void {
    this.#mouth.hum(voiceHz)
  }

  async press(digits: string, { durationMs = 80, gapMs = 60 } = {}): Promise<void> {
    await this.#mouth.press(digits, durationMs, gapMs)
  }

  /** Sends packets that no telephone sends, by the address and port that the far end knows as this caller's: as RTP, and as RTCP where it is. */
  async babble(packets: (stream: RtpStream) => readonly Uint8Array[], as: 'rtp' | 'rtcp' = 'rtp'): Promise<void> {
    const { to, ...stream } = this.#mouth.stream
    if (to === undefined) throw new Error('The caller does not know yet whom to speak to')
    for (const packet of packets(stream)) {
      await new Promise((resolve) => this.#media.send(packet, as === 'rtp' ? to.port : to.port + 1, to.host, resolve))
    }
  }

  /** When the caller let go of the key pressed last, by its first packet that says so (a time of Date.now). */
  get keyEndedAt(): number | undefined {
    return this.#mouth.keyEndedAt
  }

  /** Asks that the call go to that SIP address; resolves with the status of the answer. */
  async refer(to: string): Promise<number> {
    this.#referTo = to
    this.#send(this.#request('REFER', ++this.#sequence))
    return until(() => this.#referred, { ms: 20_000, what: 'the REFER is answered' })
  }

  /** Hangs up: BYE after the answer, CANCEL before. `reason` is a Reason header, of a network that has lost the caller. */
  hangup(reason?: string): void {
    this.#reasonToGive = reason
    if (this.endedBy !== undefined) return
    const cancels = this.answeredAt === undefined
    this.#send(cancels ? this.#request('CANCEL', this.#sequence, this.#branch) : this.#request('BYE', ++this.#sequence))
    this.#end('caller')
  }

  /** The line dies: nothing more is sent or heard. */
  vanish(): void {
    this.#end('caller')
    this.close()
  }

  /** Hangs up if the call is still up, and lets go of the sockets. */
  close(): void {
    this.hangup()
    clearInterval(this.#resend)
    this.#mouth.stop()
    for (const socket of [this.#signalling, this.#media]) {
      socket.removeAllListeners('message')
      // The last BYE may still be on its way out of the socket.
      setImmediate(() => closeQuietly(socket))
    }
  }

  #receive(message: SipMessage): void {
    if (message.method !== undefined) {
      this.#receiveRequest(message)
      return
    }
    if (message.header('cseq')?.endsWith('INVITE')) this.#receiveInviteResponse(message)
    if (message.header('cseq')?.endsWith('REFER')) this.#referred = message.status
  }

  #receiveInviteResponse(message: SipMessage): void {
    const status = message.status as number
    clearInterval(this.#resend)
    const challenged = status === 401 && this.#options.password !== undefined && this.#authorization === undefined
    if (this.statuses.at(-1) !== status && !challenged) this.statuses.push(status)
    const media = mediaAddress(message.body)
    if (media !== undefined) this.#mouth.speakTo(media.host, media.port)
    if (status < 200) return

    this.#to = message.header('to') as string
    const target = /<([^>]+)>/.exec(message.header('contact') ?? '')?.[1]
    if (status < 300 && target !== undefined) this.#target = target
    if (status < 300) this.#route = recordedRoute(message).reverse()
    this.#send(this.#request('ACK', this.#sequence, status < 300 ? undefined : this.#branch))
    const { password, from = '' } = this.#options
    if (challenged && password !== undefined) {
      const uri = this.#target
      this.#authorization = digest(message.header('www-authenticate') ?? '', 'INVITE', uri, from, password)
      this.#to = `<${this.#target}>`
      this.#branch = `z9hG4bK${random()}`
      this.#invite = this.#request('INVITE', ++this.#sequence, this.#branch, this.#sdp())
      this.#send(this.#invite)
      return
    }
    if (status >= 300) {
      this.reason = message.header('reason')
      this.#end('server')
      return
    }
    this.answeredAt ??= Date.now()
    // RFC 3261 §9.1: an answer that crossed our CANCEL is ended by BYE.
    if (this.endedBy === 'caller') this.#send(this.#request('BYE', ++this.#sequence))
  }

  #receiveRequest(message: SipMessage): void {
    if (message.method === 'ACK') return
    const isInvite = message.method === 'INVITE'
    this.#send(answerTo(message, '200 OK', this.#contact(), isInvite ? this.#sdp() : ''))
    if (isInvite) this.held = /a=(sendonly|inactive)/.test(message.body)
    if (message.method !== 'BYE') return
    this.reason ??= message.header('reason')
    this.#end('server')
  }

  #end(by: 'caller' | 'server'): void {
    if (this.endedBy !== undefined) return
    this.endedBy = by
    this.endedAt = Date.now()
    this.#mouth.stop()
  }

  #send(text: string): void {
    const [host, port] = this.#options.sip.split(':')
    this.#signalling.send(text, Number(port), host)
  }

  #request(method: string, sequence: number, branch = `z9hG4bK${random()}`, body = ''): string {
    const { from = '13800138000', fromName = 'Caller' } = this.#options
    const [host] = this.#options.sip.split(':')
    const fields = [
      ['Via', `SIP/2.0/UDP 127.0.0.1:${this.#signalling.address().port};branch=${branch};rport`],
      ['From', `"${fromName}" <sip:${from}@${host}>;tag=${this.#tag}`],
      ['To', this.#to],
      ['Call-ID', this.#callId],
      ['CSeq', `${sequence} ${method}`],
      ['Contact', this.#contact()],
      ['Max-Forwards', '70'],
      ...(method === 'INVITE' && this.#authorization !== undefined ? [['Authorization', this.#authorization] as const] : []),
      ...(method === 'REFER' ? [['Refer-To', `<${this.#referTo}>`] as const] : []),
      ...(this.#reasonToGive === undefined ? [] : [['Reason', this.#reasonToGive] as const]),
      ...this.#route.map((proxy) => ['Route', proxy] as const)
    ] as const
    return formatSip(`${method} ${this.#target} SIP/2.0`, fields, body)
  }

  #contact(): string {
    return `<sip:${this.#options.from ?? '13800138000'}@127.0.0.1:${this.#signalling.address().port}>`
  }

  #sdp(): string {
    const lines = [
      'v=0',
      'o=test 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${this.#media.address().port} RTP/AVP 0 101`
    ]
    return `${[...lines, 'a=rtpmap:0 PCMU/8000', 'a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-15', 'a=ptime:20'].join('\r\n')}\r\n`
  }
}

function random(): string {
  return Math.random().toString(36).slice(2, 12)
}

function closeQuietly(socket: Socket): void {
  try {
    socket.close()
  } catch {
    // ERR_SOCKET_DGRAM_NOT_RUNNING: a caller closed twice.
  }
}
