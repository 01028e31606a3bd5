import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { KeyRecorder } from '../phones/key-recording.ts'
import { sippOffer, sippOk } from './sipp-texts.ts'

/** What a SIPp caller does, one after the other. */
export type SippStep =
  | { readonly pauseMs: number }
  /** RFC 4733. The next step begins with the first key. */
  | { readonly press: string }
  | { readonly expectByeWithinMs: number }
  | 'hang up'

export interface SippOptions {
  readonly sip: string
  readonly number: string
  readonly from?: string
  /** The name beside the number; tells calls from the same number apart. */
  readonly fromName?: string
  /** What happens after the answer. */
  readonly steps?: readonly SippStep[]
  /** The call must be refused with this status; there are no steps then. */
  readonly refusedWith?: number
  /** Refused with one of these, a call went as it should as well, and is one of `refusedMs`. */
  readonly mayBeRefusedWith?: readonly number[]
  readonly calls?: number
  readonly callsPerSecond?: number
  readonly timeoutMs?: number
}

export interface SippResult {
  /** All calls went as the scenario says. */
  readonly ok: boolean
  readonly exitCode: number | null
  readonly successful: number
  readonly failed: number
  /** INVITE to 200 of each call. */
  readonly responseMs: readonly number[]
  /** INVITE to its refusal of each call that was refused as it may be. */
  readonly refusedMs: readonly number[]
  /** What SIPp complained about. */
  readonly errors: string
}

/** Calls with SIPp: a SIP implementation that is not ours, and many calls at once. */
export async function runSipp(options: SippOptions): Promise<SippResult> {
  const dir = await mkdtemp(join(tmpdir(), 'switchboard-sipp-'))
  try {
    await writeFile(join(dir, 'call.xml'), scenario(options))
    const recorder = new KeyRecorder()
    for (const [index, step] of (options.steps ?? []).entries()) {
      if (typeof step === 'object' && 'press' in step) await writeFile(join(dir, keysFile(index)), recorder.record(step.press))
    }
    const exitCode = await call(dir, options)
    const files = await readdir(dir)
    const text = async (ending: string) =>
      readFile(join(dir, files.find((name) => name.endsWith(ending)) ?? 'none'), 'utf8').catch(() => '')
    const rows = (await text('_.csv')).trim().split('\n')
    const column = (name: string) => Number(rows.at(-1)?.split(';')[rows[0]?.split(';').indexOf(name) ?? -1] ?? 0)
    const rtt = (await text('_rtt.csv')).split('\n').slice(1)
    const timesOf = (timer: string) =>
      rtt.map((line) => line.split(';')).flatMap(([, ms, name]) => (name === timer ? [Number(ms)] : []))
    return {
      ok: exitCode === 0,
      exitCode,
      successful: column('SuccessfulCall(C)'),
      failed: column('FailedCall(C)'),
      responseMs: timesOf('1'),
      refusedMs: timesOf(REFUSED),
      errors: await text('_errors.log')
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function call(
  dir: string,
  { sip, number, calls = 1, callsPerSecond = 10, timeoutMs = 30_000 }: SippOptions
): Promise<number | null> {
  const traffic = ['-m', calls, '-r', callsPerSecond, '-l', Math.max(calls, 1), '-s', number]
  const place = ['-i', '127.0.0.1', '-mi', '127.0.0.1', '-mp', await freeMediaPort()]
  const traces = ['-trace_err', '-trace_stat', '-stf', join(dir, 'call_.csv'), '-trace_rtt', '-rtt_freq', 1, '-fd', 1]
  const args = [
    sip,
    '-sf',
    'call.xml',
    ...traffic,
    ...place,
    ...traces,
    '-nostdin',
    '-timeout',
    `${Math.ceil(timeoutMs / 1000)}s`,
    '-timeout_error'
  ]
  const child = spawn('sipp', args.map(String), { cwd: dir, stdio: 'ignore' })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
}

let lastMediaPort = 40_000 + Math.floor(Math.random() * 2500) * 4

/** SIPp takes audio and video ports, each with one for RTCP, and gives up when one of them is in use. */
async function freeMediaPort(): Promise<number> {
  for (;;) {
    lastMediaPort = lastMediaPort >= 60_000 ? 40_000 : lastMediaPort + 4
    const port = lastMediaPort
    const free = await Promise.all([port, port + 1, port + 2, port + 3].map(isFree))
    if (free.every(Boolean)) return port
  }
}

async function isFree(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  try {
    socket.bind(port, '127.0.0.1')
    await once(socket, 'listening')
    return true
  } catch {
    return false // EADDRINUSE.
  } finally {
    socket.close()
  }
}

/** The timer from an INVITE to its refusal. */
const REFUSED = '2'

function scenario(options: SippOptions): string {
  const from = `"${options.fromName ?? 'caller'}" <sip:${options.from ?? '13800138000'}@[local_ip]:[local_port]>;tag=[pid]S[call_number]`
  const contact = `<sip:${options.from ?? '13800138000'}@[local_ip]:[local_port]>`
  const request = (method: string, target: string, to: string, sequence: number, body = '', branch = '[branch]') => `<![CDATA[
${method} ${target} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=${branch}
From: ${from}
${to}
Call-ID: [call_id]
CSeq: ${sequence} ${method}
Contact: ${contact}
Max-Forwards: 70
${method === 'INVITE' ? '' : '[routes]\n'}${body === '' ? 'Content-Length: 0\n' : `Content-Type: application/sdp\nContent-Length: [len]\n\n${body}`}
]]>`
  const uri = 'sip:[service]@[remote_ip]:[remote_port]'
  const provisional = [100, 180, 183].map((status) => `<recv response="${status}" optional="true"/>`).join('')
  const opening = `<send retrans="500" start_rtd="1">${request('INVITE', uri, `To: <${uri}>`, 1, sippOffer)}</send>${provisional}`
  const ending =
    options.refusedWith !== undefined
      ? `<recv response="${options.refusedWith}" rtd="1"/><send>${request('ACK', uri, '[last_To:]', 1)}</send>`
      : `<recv response="200" rtd="1" rrs="true"/><send>${request('ACK', '[next_url]', '[last_To:]', 1)}</send>
${(options.steps ?? ['hang up']).map((step, index) => stepXml(step, index, request('BYE', '[next_url]', '[last_To:]', 2))).join('\n')}`
  const { mayBeRefusedWith = [] } = options
  const refusals = mayBeRefusedWith.map(
    (status) => `<recv response="${status}" optional="true" rtd="${REFUSED}" next="refused"/>`
  )
  const served = `<nop start_rtd="${REFUSED}"/>${opening}${refusals.join('')}${ending}<nop next="over"/>`
  // RFC 3261 §17.1.1.3: the ACK of a refusal has the branch of the INVITE, which is the second message of ours.
  const back = (served.match(/<(?:send|recv|pause|nop)\b/g) ?? []).length - 1
  const acknowledged = `<label id="refused"/><send>${request('ACK', uri, '[last_To:]', 1, '', `[branch-${back}]`)}</send><label id="over"/>`
  const whole = mayBeRefusedWith.length === 0 ? `${opening}${ending}` : `${served}${acknowledged}`
  return `<?xml version="1.0" encoding="ISO-8859-1" ?>\n<scenario name="caller">${whole}</scenario>\n`
}

function stepXml(step: SippStep, index: number, bye: string): string {
  if (step === 'hang up') return `<send retrans="500">${bye}</send><recv response="200"/>`
  if ('pauseMs' in step) return `<pause milliseconds="${step.pauseMs}"/>`
  if ('press' in step) return `<nop><action><exec play_pcap_audio="${keysFile(index)}"/></action></nop>`
  return `<recv request="BYE" timeout="${step.expectByeWithinMs}"/><send>${sippOk}</send>`
}

function keysFile(index: number): string {
  return `keys-${index}.pcap`
}
