import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { SeededRandom } from '../helpers/seeded-random.ts'
import { answerTo, formatSip, parseSip, type SipMessage } from '../helpers/sip/sip-message.ts'
import { exponential, pickByShare } from './plan.ts'

/** One call to a customer's phone, as the phone saw it. */
export interface CustomerRing {
  readonly number: string
  end: 'answered' | 'busy' | 'cancelled' | undefined
  /** Both sides have said that it is over, or never began. */
  isOver: boolean
}

/** What customers do when they are called back, by how many of 100. */
const atRing = [
  { what: 'answers', share: 75 },
  { what: 'is busy', share: 15 },
  { what: 'lets it ring', share: 10 }
] as const

const meanMs = { reach: 500, talk: 3_000 }

/** The phones of all customers at one address: each call is told from the others by its Call-ID. */
export class CalledCustomers {
  readonly rings: CustomerRing[] = []
  readonly #socket = createSocket('udp4')
  readonly #media = createSocket('udp4')
  readonly #chance: SeededRandom
  readonly #calls = new Map<string, { readonly ring: CustomerRing; readonly invite: SipMessage; readonly from: number }>()

  constructor(seed: number) {
    this.#chance = new SeededRandom(seed)
  }

  async open(): Promise<void> {
    for (const socket of [this.#socket, this.#media]) {
      socket.bind(0, '127.0.0.1')
      await once(socket, 'listening')
    }
    this.#socket.on('message', (bytes, { port }) => this.#receive(parseSip(bytes.toString()), port))
  }

  get port(): number {
    return this.#socket.address().port
  }

  close(): void {
    this.#socket.close()
    this.#media.close()
  }

  #receive(message: SipMessage, port: number): void {
    const id = message.header('call-id') ?? ''
    const call = this.#calls.get(id)
    // Answers to our BYE.
    if (message.method === undefined) {
      if (call !== undefined && message.header('cseq')?.endsWith('BYE')) call.ring.isOver = true
    } else if (message.method === 'INVITE') {
      if (call === undefined) this.#invited(id, message, port)
    } else if (message.method !== 'ACK') {
      this.#answer(message, '200 OK', port)
      if (call === undefined) return
      if (message.method === 'BYE') call.ring.isOver = true
      if (message.method === 'CANCEL' && call.ring.end === undefined) this.#finish(call, 'cancelled')
    }
  }

  #invited(id: string, invite: SipMessage, port: number): void {
    const number = /^INVITE sip:([^@]+)@/.exec(invite.first)?.[1] ?? ''
    const ring: CustomerRing = { number, end: undefined, isOver: false }
    const call = { ring, invite, from: port }
    this.rings.push(ring)
    this.#calls.set(id, call)
    this.#answer(invite, '180 Ringing', port)
    const { what } = pickByShare(this.#chance, atRing)
    const talkMs = exponential(this.#chance, meanMs.talk)
    if (what === 'lets it ring') return
    setTimeout(
      () => {
        if (ring.end !== undefined) return
        this.#finish(call, what === 'answers' ? 'answered' : 'busy')
        if (what === 'answers') setTimeout(() => this.#hangUp(call), talkMs + 100)
      },
      exponential(this.#chance, meanMs.reach)
    )
  }

  #finish(
    { ring, invite, from }: { ring: CustomerRing; invite: SipMessage; from: number },
    end: NonNullable<CustomerRing['end']>
  ): void {
    ring.end = end
    ring.isOver = end !== 'answered'
    if (end === 'answered') this.#answer(invite, '200 OK', from, this.#sdp())
    else this.#answer(invite, end === 'busy' ? '486 Busy Here' : '487 Request Terminated', from)
  }

  #hangUp({ ring, invite, from }: { ring: CustomerRing; invite: SipMessage; from: number }): void {
    if (ring.isOver) return
    const target = /<([^>]+)>/.exec(invite.header('contact') ?? '')?.[1] ?? ''
    const fields = [
      ['Via', `SIP/2.0/UDP 127.0.0.1:${this.port};branch=z9hG4bK${invite.header('call-id')}bye;rport`],
      ['From', `${invite.header('to')};tag=customer`],
      ['To', invite.header('from') ?? ''],
      ['Call-ID', invite.header('call-id') ?? ''],
      ['CSeq', '1 BYE'],
      ['Contact', this.#contact()],
      ['Max-Forwards', '70']
    ] as const
    this.#socket.send(formatSip(`BYE ${target} SIP/2.0`, fields), from, '127.0.0.1')
  }

  #answer(request: SipMessage, status: string, port: number, body = ''): void {
    const text = answerTo(request, status, this.#contact(), body)
    this.#socket.send(text.replace(/^(To: [^\r]*?)(;tag=[^\r]*)?\r$/m, '$1;tag=customer\r'), port, '127.0.0.1')
  }

  #contact(): string {
    return `<sip:customer@127.0.0.1:${this.port}>`
  }

  #sdp(): string {
    const media = this.#media.address().port
    const lines = ['v=0', 'o=customer 1 1 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0', `m=audio ${media} RTP/AVP 0`]
    return `${[...lines, 'a=rtpmap:0 PCMU/8000', 'a=sendrecv'].join('\r\n')}\r\n`
  }
}
