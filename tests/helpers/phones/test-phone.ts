import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { answerTo, formatSip, mediaAddress, parseSip, recordedRoute, type SipMessage } from '../sip/sip-message.ts'
import { until } from '../until.ts'
import { RtpEar } from './rtp-ear.ts'
import { RtpMouth } from './rtp-mouth.ts'

/** What the phone says to a call: a final status at once or after ringing; `ring` rings until told otherwise. */
export interface PhoneOptions {
  readonly reply: number | 'ring' | 'nothing'
  /** Milliseconds of ringing before the reply. */
  readonly afterMs?: number
  readonly voiceHz?: number
  /** The SIP address that it sends callers on to, with a reply of 302. */
  readonly forwardsTo?: string
  /** Methods that it leaves unanswered, until `unmute`. */
  readonly mute?: readonly string[]
}

/** A phone somewhere else: no registration, reached at `dialString`. Takes one call at a time. */
export class TestPhone {
  readonly ear = new RtpEar()
  readonly #options: PhoneOptions
  readonly #signalling = createSocket('udp4')
  readonly #media = createSocket('udp4')
  readonly #mouth: RtpMouth
  readonly #tag = Math.random().toString(36).slice(2)
  #invite: SipMessage | undefined
  #answered = false
  #sequence = 1
  /** Methods received, in order. */
  readonly received: string[] = []
  #timer: NodeJS.Timeout | undefined
  #mute: readonly string[] = []

  static async start(options: PhoneOptions): Promise<TestPhone> {
    const phone = new TestPhone(options)
    await phone.#listen()
    return phone
  }

  constructor(options: PhoneOptions) {
    this.#options = options
    this.mute(options.mute ?? [])
    this.#mouth = new RtpMouth(this.#media, options.voiceHz)
  }

  async #listen(): Promise<void> {
    for (const socket of [this.#signalling, this.#media]) {
      socket.bind(0, '127.0.0.1')
      await once(socket, 'listening')
    }
    this.#media.on('message', (packet) => this.ear.hear(packet))
    this.#signalling.on('message', (bytes) => this.#receive(parseSip(bytes.toString())))
  }

  /** The SIP address of the phone. */
  get uri(): string {
    return `sip:phone@127.0.0.1:${this.#signalling.address().port}`
  }

  /** How Asterisk reaches it, by its trunk. */
  get dialString(): string {
    return `PJSIP/trunk/${this.uri}`
  }

  async rings(ms = 15_000): Promise<SipMessage> {
    return until(() => this.#invite, { ms, what: 'the phone is called' })
  }

  async got(method: string, ms = 15_000): Promise<void> {
    await until(() => this.received.includes(method), { ms, what: () => `the phone gets ${method} (got ${this.received})` })
  }

  /** Answers, or refuses with another status. */
  reply(status = 200): void {
    if (this.#invite === undefined) throw new Error('The phone does not ring')
    this.#respond(this.#invite, status)
    if (status !== 200) return
    this.#answered = true
    const media = mediaAddress(this.#invite.body)
    if (media !== undefined) this.#mouth.speakTo(media.host, media.port)
  }

  /** Leaves requests of these kinds unanswered. */
  mute(methods: readonly string[]): void {
    this.#mute = methods
  }

  unmute(): void {
    this.mute([])
  }

  hangup(): void {
    const invite = this.#invite
    if (invite === undefined || !this.#answered) return
    this.#answered = false
    this.#mouth.stop()
    const target = /<([^>]+)>/.exec(invite.header('contact') ?? '')?.[1] ?? ''
    const fields = [
      ['Via', `SIP/2.0/UDP 127.0.0.1:${this.#signalling.address().port};branch=z9hG4bK${Math.random().toString(36).slice(2)}`],
      ['From', `${invite.header('to')};tag=${this.#tag}`],
      ['To', invite.header('from') as string],
      ['Call-ID', invite.header('call-id') as string],
      ['CSeq', `${this.#sequence++} BYE`],
      ['Max-Forwards', '70'],
      ...recordedRoute(invite).map((proxy) => ['Route', proxy] as const)
    ] as const
    this.#send(formatSip(`BYE ${target} SIP/2.0`, fields), invite)
  }

  close(): void {
    this.hangup()
    clearTimeout(this.#timer)
    this.#mouth.stop()
    for (const socket of [this.#signalling, this.#media] as Socket[]) setImmediate(() => socket.close())
  }

  #receive(message: SipMessage): void {
    const method = message.method
    if (method === undefined) return
    this.received.push(method)
    if (this.#mute.includes(method)) return
    if (method === 'INVITE' && !this.#answered) {
      this.#ring(message)
      return
    }
    if (method === 'ACK') return
    this.#respond(message, 200)
    if (method === 'CANCEL' && this.#invite !== undefined) this.#respond(this.#invite, 487)
    if (method === 'BYE' || method === 'CANCEL') {
      this.#answered = false
      this.#mouth.stop()
    }
  }

  #ring(invite: SipMessage): void {
    const isSame = this.#invite?.header('call-id') === invite.header('call-id')
    this.#invite = invite
    const { reply, afterMs = 0 } = this.#options
    if (isSame || reply === 'nothing') return
    if (reply === 'ring' || afterMs > 0) this.#respond(invite, 180)
    if (reply !== 'ring') this.#timer = setTimeout(() => this.reply(reply), afterMs)
  }

  #respond(request: SipMessage, status: number): void {
    const withMedia = request.method === 'INVITE' && status === 200
    const contact = (status === 302 ? this.#options.forwardsTo : undefined) ?? this.uri
    const text = answerTo(request, `${status} Status`, `<${contact}>`, withMedia ? this.#sdp() : '')
    this.#send(
      request.method === 'INVITE' ? text.replace(/^(To: [^\r]*?)(;tag=[^\r]*)?\r$/m, `$1;tag=${this.#tag}\r`) : text,
      request
    )
  }

  #send(text: string, about: SipMessage): void {
    const sentBy = /SIP\/2\.0\/UDP ([^;:]+):(\d+)/.exec(about.header('via') ?? '')
    this.#signalling.send(text, Number(sentBy?.[2]), sentBy?.[1])
  }

  #sdp(): string {
    const lines = [
      'v=0',
      'o=phone 1 1 IN IP4 127.0.0.1',
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${this.#media.address().port} RTP/AVP 0 101`
    ]
    return `${[...lines, 'a=rtpmap:0 PCMU/8000', 'a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-15'].join('\r\n')}\r\n`
  }
}
