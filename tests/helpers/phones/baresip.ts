import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../until.ts'
import { linearOf, tone } from './mu-law.ts'
import { share } from './rtp-ear.ts'
import { wavOf } from './wav-of.ts'

export interface BaresipOptions {
  readonly sip: string
  readonly users: readonly string[]
  readonly password: string | ((user: string) => string)
  /** What the phones do when they ring. */
  readonly answer: 'auto' | 'manual'
  /** Each phone hums this tone. */
  readonly voiceHz?: number
  /** For so long: then a phone hangs up. Default: 20 s. */
  readonly voiceMs?: number
  /** Speaks SIP over TLS, with SRTP. */
  readonly secure?: SecurePhone
  /** Keeps what it hears, for `hears`. */
  readonly listens?: boolean
  /** Seconds until the registration is renewed; 0: it knows no registrar. */
  readonly registerEverySeconds?: number
  /** Is told of every event at once. */
  readonly onEvent?: (event: BaresipEvent) => void
}

export interface SecurePhone {
  /** PEM file of those whom it believes. */
  readonly authorities: string
  /** Takes SRTP where it is offered beside plain RTP; unset: refuses plain RTP. */
  readonly srtp?: 'optional'
  /** PEM file with a certificate and its key, of one that is called at a port: TLS is one above it. */
  readonly certificate?: string
  readonly port?: number
}

export interface BaresipEvent {
  readonly type: string
  readonly accountaor?: string
  readonly peeruri?: string
  readonly param?: string
  readonly id?: string
  readonly at: number
}

/** One baresip process with a phone for each user. Commands act on the current call, as a person at the desk would. */
export interface Baresip {
  readonly events: readonly BaresipEvent[]
  /** Whether that phone is registered, as it believes. */
  registered(user: string): Promise<boolean>
  /** Resolves when all phones are registered. */
  allRegistered(ms?: number): Promise<void>
  /** Resolves when an event of that type came after `since` events (default: any). */
  saw(type: string, options?: { readonly user?: string; readonly since?: number; readonly ms?: number }): Promise<BaresipEvent>
  accept(): Promise<string>
  hangup(): Promise<string>
  hold(): Promise<string>
  resume(): Promise<string>
  /** Dials from a user's phone (the first when left out). */
  dial(number: string, user?: string): Promise<string>
  press(digit: string): Promise<string>
  /** Answers what rings on that user's phone, or ends what it has: a ring is rejected with 486. Resolves when its message has left. */
  at(user: string, what: 'accept' | 'hangup'): Promise<string>
  command(command: string, params?: string): Promise<string>
  /** Resolves when it has heard that tone, or any sound, in its newest call. */
  hears(hertz?: number): Promise<void>
  /** Stops the process where it stands, or lets it go on. */
  signal(name: 'SIGSTOP' | 'SIGCONT'): void
  /** Ends it without a word to the server, as when the power fails. */
  kill(): Promise<void>
  stop(): Promise<void>
}

const ACKNOWLEDGEMENT = '2:{},'
/** A tenth of a second. */
const WINDOW = 800

function isSound(samples: readonly number[], hertz: number | undefined): boolean {
  if (samples.length < WINDOW) return false
  return hertz === undefined ? samples.some((sample) => sample > 2000) : share(samples, hertz) > 0.4
}

export async function startBaresip(options: BaresipOptions): Promise<Baresip> {
  const dir = await mkdtemp(join(tmpdir(), 'switchboard-baresip-'))
  const controlPort = await freePort()
  await writeFiles(dir, controlPort, options)
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'baresip', '-f', dir], { stdio: 'ignore' })
  const killNow = () => void child.kill('SIGKILL')
  process.once('exit', killNow)
  const control = await until(() => tryConnect(controlPort), { what: 'baresip listens for commands' })
  return phones(child, control, dir, options, () => process.off('exit', killNow))
}

function phones(
  child: ChildProcess,
  control: Socket,
  dir: string,
  { users, sip, secure, onEvent }: BaresipOptions,
  forget: () => void
): Baresip {
  const events: BaresipEvent[] = []
  const waiting = new Map<string, (answer: string) => void>()
  control.setNoDelay(true)
  readNetstrings(control, (message) => {
    // baresip holds back what follows until this is acknowledged, which the system would do after 40 ms only (RFC 896, RFC 1122 §4.2.3.2).
    // A message without a command gets no answer, and takes the acknowledgement along at once.
    control.write(ACKNOWLEDGEMENT)
    if (message.event === true) {
      const event = { ...(message as unknown as BaresipEvent), at: Date.now() }
      events.push(event)
      return onEvent?.(event)
    }
    waiting.get(String(message.token))?.(String(message.data ?? ''))
    waiting.delete(String(message.token))
  })
  control.on('error', () => undefined)

  let number = 0
  const command = (name: string, params = ''): Promise<string> => {
    const token = String(++number)
    const text = JSON.stringify({ command: name, params, token })
    return new Promise((resolve) => {
      waiting.set(token, resolve)
      control.write(`${Buffer.byteLength(text)}:${text},`)
    })
  }
  const transport = secure === undefined ? '' : ';transport=tls'
  const of = (user: string) => (event: BaresipEvent) => event.accountaor?.startsWith(`sip:${user}@`) ?? false
  const registered = async (user: string) => new RegExp(`sip:${user}@\\S+\\s+\\S*OK`).test(await command('reginfo'))
  const end = async (signal: NodeJS.Signals) => {
    forget()
    const gone = new Promise((resolve) => child.once('exit', resolve))
    if (child.exitCode === null && child.signalCode === null) {
      child.kill(signal)
      await gone
    }
    control.destroy()
    await rm(dir, { recursive: true, force: true })
  }

  return {
    events,
    registered,
    async allRegistered(ms = 5000) {
      for (const user of users) await until(() => registered(user), { ms, what: () => `phone ${user} is registered` })
    },
    saw: (type, { user, since = 0, ms = 5000 } = {}) =>
      until(() => events.slice(since).find((event) => event.type === type && (user === undefined || of(user)(event))), {
        ms,
        what: () => `${type} of ${user ?? 'any phone'} (events: ${events.map((event) => event.type)})`
      }),
    command,
    accept: () => command('accept'),
    hangup: () => command('hangup'),
    hold: () => command('hold'),
    resume: () => command('resume'),
    press: (digit) => command('sndcode', digit),
    at(user, what) {
      // In one packet: a call that comes in for another phone between the two would make that one the current.
      control.cork()
      void command('uafind', `sip:${user}@${sip}`)
      const done = command(what)
      control.uncork()
      return done
    },
    async dial(target, user) {
      if (user !== undefined) await command('uafind', `sip:${user}@${sip}`)
      return command('dial', `sip:${target}@${sip}${transport}`)
    },
    async hears(hertz) {
      const isHeard = async () => {
        const last = (await readdir(dir))
          .filter((name) => name.endsWith('-dec.wav'))
          .toSorted()
          .at(-1)
        // Its header is right only when the call is over.
        const bytes = last === undefined ? Buffer.alloc(0) : (await readFile(join(dir, last))).subarray(44)
        const samples = Array.from({ length: Math.floor(bytes.length / 2) }, (_, n) => bytes.readInt16LE(2 * n))
        return samples.some((_, at) => at % WINDOW === 0 && isSound(samples.slice(at, at + WINDOW), hertz))
      }
      await until(isHeard, { ms: 30_000, what: () => `it hears ${hertz ?? 'something'}` })
    },
    signal: (name) => void child.kill(name),
    kill: () => end('SIGKILL'),
    async stop() {
      await end('SIGTERM')
    }
  }
}

async function writeFiles(dir: string, controlPort: number, options: BaresipOptions): Promise<void> {
  const rtpBase = 20_000 + Math.floor(Math.random() * 4000) * 2
  await writeFile(join(dir, 'voice.wav'), wav(tone(options.voiceHz ?? 440, options.voiceMs ?? 20_000)))
  const lines = [
    'module_path /usr/lib/baresip/modules',
    `sip_listen 127.0.0.1:${options.secure?.port ?? 0}`,
    ...(options.secure === undefined ? [] : [`sip_cafile ${options.secure.authorities}`, 'module srtp.so']),
    ...(options.secure?.certificate === undefined ? [] : [`sip_certificate ${options.secure.certificate}`]),
    ...(options.listens === true ? [`snd_path ${dir}`, 'module sndfile.so'] : []),
    'call_local_timeout 120',
    'call_max_calls 200',
    'net_interface 127.0.0.1',
    'audio_path /usr/share/baresip',
    `audio_source aufile,${join(dir, 'voice.wav')}`,
    'audio_player aubridge,nil',
    'audio_alert aubridge,nil',
    'ausrc_srate 8000',
    'auplay_srate 8000',
    'ausrc_channels 1',
    'auplay_channels 1',
    'audio_level no',
    `rtp_ports ${rtpBase}-${rtpBase + 400}`,
    `ctrl_tcp_listen 127.0.0.1:${controlPort}`,
    ...['g711', 'aufile', 'aubridge'].map((name) => `module ${name}.so`),
    'module_tmp account.so',
    ...['menu', 'contact', 'ctrl_tcp'].map((name) => `module_app ${name}.so`)
  ]
  await writeFile(join(dir, 'config'), `${lines.join('\n')}\n`)
  const password = (user: string) => (typeof options.password === 'string' ? options.password : options.password(user))
  const srtp = options.secure?.srtp === 'optional' ? 'srtp' : 'srtp-mand'
  const [transport, encryption] = options.secure === undefined ? ['udp', ''] : ['tls', `;mediaenc=${srtp}`]
  const common = `answermode=${options.answer};regint=${options.registerEverySeconds ?? 60};audio_codecs=PCMU/8000/1${encryption}`
  const accounts = options.users.map(
    (user) => `<sip:${user}@${options.sip};transport=${transport}>;auth_user=${user};auth_pass=${password(user)};${common}\n`
  )
  await writeFile(join(dir, 'accounts'), accounts.join(''))
  await writeFile(join(dir, 'contacts'), `"none" <sip:none@${options.sip}>\n`)
}

/** A µ-law WAV as 16-bit samples, which is what aufile reads everywhere. */
function wav(ulaw: Buffer): Buffer {
  const samples = Buffer.alloc(ulaw.length * 2)
  ulaw.forEach((byte, n) => {
    samples.writeInt16LE(linearOf[byte] as number, n * 2)
  })
  return wavOf(samples)
}

function readNetstrings(socket: Socket, read: (message: Record<string, unknown>) => void): void {
  let pending = Buffer.alloc(0)
  socket.on('data', (bytes) => {
    pending = Buffer.concat([pending, bytes])
    for (;;) {
      const colon = pending.indexOf(':')
      const end = colon + 1 + Number(pending.subarray(0, colon))
      if (colon < 0 || pending.length <= end) return
      read(JSON.parse(pending.subarray(colon + 1, end).toString()) as Record<string, unknown>)
      pending = pending.subarray(end + 1)
    }
  })
}

async function tryConnect(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(socket))
    socket.once('error', () => resolve(undefined))
  })
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
