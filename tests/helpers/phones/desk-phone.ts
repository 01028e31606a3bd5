import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { answerTo, formatSip, mediaAddress, parseSip, type SipMessage } from '../sip/sip-message.ts'
import { until } from '../until.ts'
import { RtpEar } from './rtp-ear.ts'
import { RtpMouth } from './rtp-mouth.ts'

export interface DeskPhoneOptions {
  /** Asterisk's SIP address, `host:port`. */
  readonly sip: string
  readonly user: string
  readonly password: string
  readonly voiceHz?: number
  /** What it does when it rings: `by hand`, by itself when the INVITE tells it to, or a final status after that many milliseconds. */
  readonly answer?: 'by hand' | 'when told' | { readonly status: number; readonly afterMs: number }
  /** Its user hangs up by themselves after so long. */
  readonly talkMs?: number
  /** How long a registration holds, which is not renewed. Default: 60. */
  readonly registeredSeconds?: number
}

/** One ring of the phone, from INVITE to its end. */
export interface Ring {
  /** By `performance.now()`. */
  readonly at: number
  readonly from: string
  readonly invite: SipMessage
  end: 'answered' | 'refused' | 'cancelled' | undefined
  /** The Reason header of the CANCEL. */
  reason?: string | undefined
}

/** An agent's phone of our own: it registers, takes one call after the other to the millisecond, and tells what its user hears. */
export class DeskPhone {
  readonly ear = new RtpEar()
  readonly rings: Ring[] = []
  talking = false
  /** What NOTIFYs said about transfers: `SIP/2.0 200 OK`. */
  readonly notified: string[] = []
  /** Set by who wants to: runs in the moment an INVITE comes. */
  answer: NonNullable<DeskPhoneOptions['answer']>
  readonly #options: DeskPhoneOptions
  readonly #signalling = createSocket('udp4')
  readonly #media = createSocket('udp4')
  readonly #mouth: RtpMouth
  readonly #tag = random()
  #sequence = 1
  #expires = 0
  #acknowledged: Ring | undefined
  #hangsUpWithAck = false
  #registered: number | undefined

  static async register(options: DeskPhoneOptions): Promise<DeskPhone> {
    const phone = await DeskPhone.outside(options)
    // Right after a start Asterisk does not know its phones yet.
    await until(async () => (await phone.#register(options.registeredSeconds ?? 60)) === 200, {
      what: `phone ${options.user} is registered`
    })
    return phone
  }

  /** The phone of somebody outside: it is called at its address and knows no registrar. */
  static async outside(options: DeskPhoneOptions): Promise<DeskPhone> {
    const phone = new DeskPhone(options)
    for (const socket of [phone.#signalling, phone.#media]) {
      socket.bind(0, '127.0.0.1')
      await once(socket, 'listening')
    }
    phone.#media.on('message', (packet) => phone.ear.hear(packet))
    phone.#signalling.on('message', (bytes) => phone.#receive(parseSip(bytes.toString())))
    return phone
  }

  constructor(options: DeskPhoneOptions) {
    this.#options = options
    this.answer = options.answer ?? 'by hand'
    this.#mouth = new RtpMouth(this.#media, options.voiceHz)
  }

  /** Where it is called: a port on loopback. */
  get port(): number {
    return this.#signalling.address().port
  }

  /** The nth ring, counted from 1. */
  async ringing(nth = this.rings.length + 1, ms = 5000): Promise<Ring> {
    return until(() => this.rings[nth - 1], { ms, what: () => `phone ${this.#options.user} rings ${nth} times` })
  }

  /** Answers what rings, or refuses it with another status. */
  reply(status = 200): void {
    const ring = this.rings.at(-1)
    if (ring === undefined || ring.end !== undefined) throw new Error(`Phone ${this.#options.user} does not ring`)
    ring.end = status === 200 ? 'answered' : 'refused'
    this.#respond(ring.invite, status, status === 200 ? this.#sdp('sendrecv') : '')
    if (status !== 200) return
    this.talking = true
    const media = mediaAddress(ring.invite.body)
    if (media !== undefined) this.#mouth.speakTo(media.host, media.port)
    const { talkMs } = this.#options
    if (talkMs === undefined) return
    setTimeout(() => {
      if (this.rings.at(-1) === ring) this.hangup()
    }, talkMs)
  }

  /** RFC 3261 §15: not before the ACK, whatever the hurry. */
  hangup(): void {
    if (!this.talking) return
    this.#stop()
    if (this.#acknowledged === this.rings.at(-1)) this.#sendInDialog('BYE')
    else this.#hangsUpWithAck = true
  }

  /** The hold key: a re-INVITE that only sends (RFC 3264 §8.4); its user is not heard. */
  hold(): void {
    this.#mouth.hum(undefined)
    this.#sendInDialog('INVITE', this.#sdp('sendonly'))
  }

  /**
   * The transfer key: asks Asterisk to send the other party there (RFC 3515), or to whom a second line of this phone talks. What becomes of it
   * is in `notified`.
   */
  refer(to: string, replaces?: string): void {
    const header = replaces === undefined ? '' : `?Replaces=${replaces}`
    this.#sendInDialog('REFER', '', undefined, [['Refer-To', `<sip:${to}@${this.#options.sip}${header}>`]])
  }

  /** Speaks by a new stream from then on, as many phones do. */
  resume(): void {
    this.#mouth.renew()
    this.#mouth.hum(this.#options.voiceHz)
    this.#sendInDialog('INVITE', this.#sdp('sendrecv'))
  }

  /** The call is over on this phone's side. */
  async ended(ms = 15_000): Promise<void> {
    await until(() => !this.talking, { ms, what: `the call of phone ${this.#options.user} ends` })
  }

  async unregister(): Promise<void> {
    await this.#register(0)
  }

  /** Hangs up, if it talks, and signs off. */
  async close(): Promise<void> {
    this.hangup()
    await this.unregister().catch(() => undefined) // Asterisk may be away already.
    this.vanish()
  }

  /** As when the plug is pulled. */
  vanish(): void {
    this.#mouth.stop()
    for (const socket of [this.#signalling, this.#media]) {
      socket.removeAllListeners('message')
      setImmediate(() => socket.close())
    }
  }

  #receive(message: SipMessage): void {
    if (message.method === undefined) this.#receiveResponse(message)
    else if (message.method === 'INVITE') this.#invited(message)
    else if (message.method === 'ACK') this.#receiveAck()
    else this.#receiveRequest(message)
  }

  #receiveAck(): void {
    const ring = this.rings.at(-1)
    if (ring?.end !== 'answered') return
    this.#acknowledged = ring
    if (this.#hangsUpWithAck) this.#sendInDialog('BYE')
    this.#hangsUpWithAck = false
  }

  #receiveResponse(message: SipMessage): void {
    const cseq = message.header('cseq') ?? ''
    if (cseq.endsWith('REGISTER')) {
      if (message.status === 401) this.#sendRegister(this.#expires, message.header('www-authenticate'))
      else this.#registered = message.status
    }
    if (cseq.endsWith('INVITE') && message.status === 200) this.#sendInDialog('ACK', '', Number(cseq.split(' ')[0]))
  }

  #invited(invite: SipMessage): void {
    const current = this.rings.at(-1)
    if (current?.invite.header('call-id') === invite.header('call-id')) {
      if (this.talking && invite.header('cseq') !== current?.invite.header('cseq'))
        this.#respond(invite, 200, this.#sdp('sendrecv'))
      return
    }
    const ring: Ring = { at: performance.now(), from: invite.header('from') ?? '', invite, end: undefined }
    this.rings.push(ring)
    this.#respond(invite, 180)
    const { answer } = this
    if (answer === 'when told' && /;answer-after=0/.test(invite.header('call-info') ?? '')) this.reply()
    if (typeof answer === 'string') return
    setTimeout(() => {
      if (ring.end === undefined) this.reply(answer.status)
    }, answer.afterMs)
  }

  #receiveRequest(request: SipMessage): void {
    this.#respond(request, 200)
    const ring = this.rings.at(-1)
    if (request.method === 'CANCEL' && ring?.end === undefined && ring !== undefined) {
      ring.end = 'cancelled'
      ring.reason = request.header('reason')
      this.#respond(ring.invite, 487)
    }
    if (request.method === 'NOTIFY') this.notified.push(request.body.trim())
    if (request.method === 'BYE') this.#stop()
  }

  #stop(): void {
    this.talking = false
    this.#mouth.stop()
  }

  async #register(expires: number): Promise<number> {
    this.#expires = expires
    this.#registered = undefined
    this.#sendRegister(expires)
    return until(() => this.#registered, { what: `an answer to REGISTER of phone ${this.#options.user}` })
  }

  #sendRegister(expires: number, challenge?: string): void {
    const { user, sip } = this.#options
    const uri = `sip:${sip}`
    const aor = `<sip:${user}@${sip}>`
    const authorization =
      challenge === undefined
        ? []
        : [['Authorization', digest(challenge, 'REGISTER', uri, user, this.#options.password)] as const]
    const fields = [
      ['Via', this.#via()],
      ['From', `${aor};tag=${this.#tag}`],
      ['To', aor],
      ['Call-ID', `${this.#tag}@phone`],
      ['CSeq', `${this.#sequence++} REGISTER`],
      ['Contact', `${this.#contact()};expires=${expires}`],
      ['Max-Forwards', '70'],
      ...authorization
    ] as const
    this.#send(formatSip(`REGISTER ${uri} SIP/2.0`, fields))
  }

  #sendInDialog(method: string, body = '', sequence = ++this.#sequence, more: readonly (readonly [string, string])[] = []): void {
    const invite = this.rings.at(-1)?.invite
    if (invite === undefined) return
    const target = /<([^>]+)>/.exec(invite.header('contact') ?? '')?.[1] ?? ''
    const fields = [
      ['Via', this.#via()],
      ['From', `${invite.header('to')};tag=${this.#tag}`],
      ['To', invite.header('from') as string],
      ['Call-ID', invite.header('call-id') as string],
      ['CSeq', `${sequence} ${method}`],
      ['Contact', this.#contact()],
      ['Max-Forwards', '70'],
      ...more
    ] as const
    this.#send(formatSip(`${method} ${target} SIP/2.0`, fields, body))
  }

  #respond(request: SipMessage, status: number, body = ''): void {
    const text = answerTo(request, `${status} Status`, this.#contact(), body)
    this.#send(text.replace(/^(To: [^\r]*?)(;tag=[^\r]*)?\r$/m, `$1;tag=${this.#tag}\r`))
  }

  #send(text: string): void {
    const [host, port] = this.#options.sip.split(':')
    this.#signalling.send(text, Number(port), host)
  }

  #via(): string {
    return `SIP/2.0/UDP 127.0.0.1:${this.#signalling.address().port};branch=z9hG4bK${random()};rport`
  }

  #contact(): string {
    return `<sip:${this.#options.user}@127.0.0.1:${this.#signalling.address().port}>`
  }

  #sdp(direction: 'sendrecv' | 'sendonly'): string {
    const lines = [
      'v=0',
      `o=phone 1 ${this.#sequence} IN IP4 127.0.0.1`,
      's=-',
      'c=IN IP4 127.0.0.1',
      't=0 0',
      `m=audio ${this.#media.address().port} RTP/AVP 0 101`
    ]
    return `${[...lines, 'a=rtpmap:0 PCMU/8000', 'a=rtpmap:101 telephone-event/8000', `a=${direction}`].join('\r\n')}\r\n`
  }
}

/** RFC 2617 §3.2.2 with `qop=auth`. */
export function digest(challenge: string, method: string, uri: string, user: string, password: string): string {
  const value = (name: string) => new RegExp(`${name}="?([^",]+)"?`).exec(challenge)?.[1] ?? ''
  const md5 = (text: string) => createHash('md5').update(text).digest('hex')
  const cnonce = random()
  const secret = md5(`${user}:${value('realm')}:${password}`)
  const response = md5(`${secret}:${value('nonce')}:00000001:${cnonce}:auth:${md5(`${method}:${uri}`)}`)
  const quoted = { username: user, realm: value('realm'), nonce: value('nonce'), uri, response, cnonce, opaque: value('opaque') }
  const fields = Object.entries(quoted).map(([name, text]) => `${name}="${text}"`)
  return `Digest ${fields.join(', ')}, algorithm=MD5, qop=auth, nc=00000001`
}

function random(): string {
  return Math.random().toString(36).slice(2, 12)
}
