import { signal } from '@preact/signals'
import JsSIP from 'jssip'
import type { RTCSession } from 'jssip/lib/RTCSession'
import { HeardLevel } from './heard-level.ts'
import { withOneFamily, withPlainAddresses } from './media-addresses.ts'
import { serverTime } from './now.ts'
import { type Microphone, openMicrophone } from './open-microphone.ts'

/** No STUN or TURN: the media of Asterisk is reached directly. */
const rtc: RTCConfiguration = { iceServers: [] }
const CONNECT_WITHIN_MS = 6000
/** Chromium, measured: addresses 2 ms after each other, complete after 120 ms. */
const GATHER_WITHIN_MS = 500
const RECONNECT_SECONDS = { first: 1, most: 10 }

export interface PhoneLogin {
  readonly user: string
  readonly password: string
  readonly domain: string
  readonly socket: string
}

export type PhoneState =
  | { readonly state: 'connecting' | 'registered' | 'failed' | 'stopped' }
  | { readonly state: 'calling' | 'ringing' }
  /** Somebody calls this phone. */
  | { readonly state: 'incoming' }
  | { readonly state: 'talking'; readonly since: number }
  /** The call is over; `cause` is set when it was never connected. */
  | { readonly state: 'ended'; readonly cause?: string }

/** One SIP phone in this page: one account, one call at a time. */
export class BrowserPhone {
  readonly state = signal<PhoneState>({ state: 'connecting' })
  readonly hasMicrophone = signal(true)
  readonly heard = new HeardLevel()
  readonly #agent: InstanceType<typeof JsSIP.UA>
  readonly #domain: string
  readonly #registers: boolean
  #call: RTCSession | undefined
  #microphone: Microphone | undefined

  constructor({ user, password, domain, socket }: PhoneLogin, registers: boolean) {
    this.#domain = domain
    this.#registers = registers
    this.#agent = new JsSIP.UA({
      sockets: [new JsSIP.WebSocketInterface(socket)],
      uri: `sip:${user}@${domain}`,
      password,
      register: registers,
      session_timers: false,
      connection_recovery_min_interval: RECONNECT_SECONDS.first,
      connection_recovery_max_interval: RECONNECT_SECONDS.most,
      user_agent: 'Switchboard console'
    })
    this.#agent.on('registered', () => this.#unlessOnCall('registered'))
    this.#agent.on('unregistered', () => this.#unlessOnCall('connecting'))
    this.#agent.on('registrationFailed', () => this.#unlessOnCall('failed'))
    this.#agent.on('connected', () => this.#foundAgain())
    this.#agent.on('disconnected', () => this.#lost())
    this.#agent.on('newRTCSession', ({ session }: { session: RTCSession }) => this.#follow(session))
    this.#agent.start()
  }

  async call(number: string): Promise<void> {
    this.state.value = { state: 'calling' }
    const [mediaStream, connected] = await Promise.all([this.#openMicrophone(), this.#connected()])
    if (this.state.value.state !== 'calling') return
    if (!connected) {
      this.#ended('Connection Error')
      return
    }
    this.#agent.call(`sip:${number}@${this.#domain}`, { mediaStream, pcConfig: rtc })
  }

  /** Answers what rings. */
  async answer(): Promise<void> {
    const call = this.#call
    const mediaStream = await this.#openMicrophone()
    if (call === this.#call && this.state.value.state === 'incoming') call?.answer({ mediaStream, pcConfig: rtc })
  }

  hangUp(): void {
    if (this.#call === undefined) this.#ended(undefined)
    else if (!this.#call.isEnded()) this.#call.terminate()
  }

  /** One key as RFC 4733 telephone events, which is what Asterisk listens for. */
  press(key: string): void {
    if (this.state.value.state !== 'talking') return
    this.#call?.sendDTMF(key, { transportType: JsSIP.C.DTMF_TRANSPORT.RFC2833, duration: 120, interToneGap: 100 })
  }

  stop(): void {
    this.#agent.stop()
    this.#closeMedia()
    this.state.value = { state: 'stopped' }
  }

  /** Whether the socket is open, now or within a moment. */
  async #connected(): Promise<boolean> {
    if (this.#agent.isConnected()) return true
    return new Promise((resolve) => {
      const late = setTimeout(() => resolve(false), CONNECT_WITHIN_MS)
      this.#agent.on('connected', () => {
        clearTimeout(late)
        resolve(true)
      })
    })
  }

  /** A talk goes on without the socket; what only rings cannot be answered any more. */
  #lost(): void {
    if (this.#call !== undefined && !this.#call.isEstablished()) this.#call.terminate()
    this.#unlessOnCall('connecting')
  }

  /** Asterisk sends the rest of a talk's requests to where the last one came from: a re-INVITE tells it, and us whether the talk still is. */
  #foundAgain(): void {
    this.#call?.renegotiate()
  }

  #follow(call: RTCSession): void {
    // One call at a time: a second one is told that we are busy.
    if (this.#call !== undefined) return void call.terminate({ status_code: 486 })
    this.#call = call
    const incoming = String(call.direction) === 'incoming'
    if (incoming) this.state.value = { state: 'incoming' }
    if (call.connection) this.#listen(call.connection)
    else call.on('peerconnection', ({ peerconnection }) => this.#listen(peerconnection))
    // All of our addresses are told, as Asterisk takes DTLS from no other. They are there at once; what browsers look for after them may take longer.
    call.on('icecandidate', ({ ready }) => setTimeout(ready, GATHER_WITHIN_MS))
    call.on('sdp', (description) => {
      if (String(description.originator) === 'local') description.sdp = withPlainAddresses(description.sdp)
      else if (!this.hasMicrophone.value) description.sdp = withOneFamily(description.sdp)
    })
    call.on('progress', () => {
      if (!incoming) this.state.value = { state: 'ringing' }
    })
    call.on('confirmed', () => {
      this.state.value = { state: 'talking', since: serverTime() }
    })
    call.on('ended', () => this.#ended(undefined))
    call.on('failed', ({ cause }) => this.#ended(cause))
  }

  #listen(connection: RTCPeerConnection): void {
    connection.addEventListener('track', ({ streams, track }) => this.heard.open(streams[0] ?? new MediaStream([track])))
  }

  #ended(cause: string | undefined): void {
    this.#call = undefined
    this.#closeMedia()
    if (this.#registers) this.state.value = { state: this.#agent.isRegistered() ? 'registered' : 'connecting' }
    else this.state.value = { state: 'ended', ...(cause !== undefined && { cause }) }
  }

  #unlessOnCall(state: 'connecting' | 'registered' | 'failed'): void {
    if (this.#registers && this.#call === undefined && this.state.value.state !== 'stopped') this.state.value = { state }
  }

  async #openMicrophone(): Promise<MediaStream> {
    const microphone = await openMicrophone()
    this.hasMicrophone.value = microphone.real
    this.#microphone = microphone
    return microphone.stream
  }

  #closeMedia(): void {
    this.heard.close()
    this.#microphone?.close()
    this.#microphone = undefined
  }
}
