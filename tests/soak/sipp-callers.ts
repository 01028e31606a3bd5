import { spawn } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sippOffer, sippOk } from '../helpers/sip/sipp-texts.ts'
import type { CallerView } from './caller-view.ts'
import type { PlannedCall } from './plan.ts'

/** Longer than any call lasts: for those who never hang up. */
const FOREVER_MS = 120_000

export interface SippCalls {
  readonly views: readonly CallerView[]
  /** SIPp's own counters. */
  readonly successful: number
  readonly failed: number
  readonly errors: string
}

/** Makes all these calls with one SIPp, each at its time, and tells what each caller saw. */
export async function callWithSipp(sip: string, plan: readonly PlannedCall[], limitMs: number): Promise<SippCalls> {
  if (plan.length === 0) return { views: [], successful: 0, failed: 0, errors: '' }
  const dir = await mkdtemp(join(tmpdir(), 'switchboard-soak-'))
  try {
    await writeFile(join(dir, 'call.xml'), scenario)
    const rows = plan.map(({ number, from, atMs, habit, afterMs }) =>
      [number, from, atMs, habit === 'stays' ? FOREVER_MS : afterMs].join(';')
    )
    await writeFile(join(dir, 'calls.csv'), `SEQUENTIAL\n${rows.join('\n')}\n`)
    await run(dir, sip, plan.length, limitMs)
    const files = await readdir(dir)
    const text = (ending: string) =>
      readFile(join(dir, files.find((name) => name.endsWith(ending)) ?? 'none'), 'utf8').catch(() => '')
    const stats = (await text('stats.csv')).trim().split('\n')
    const column = (name: string) => Number(stats.at(-1)?.split(';')[stats[0]?.split(';').indexOf(name) ?? -1] ?? 0)
    return {
      views: readViews(await text('told.log'), plan),
      successful: column('SuccessfulCall(C)'),
      failed: column('FailedCall(C)'),
      errors: await text('_errors.log')
    }
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

async function run(dir: string, sip: string, calls: number, limitMs: number): Promise<void> {
  // All are created at once and wait for their time: this is how every one of them has a time of its own.
  const traffic = ['-m', calls, '-r', 500, '-l', calls, '-inf', 'calls.csv', '-i', '127.0.0.1', '-mi', '127.0.0.1']
  const traces = ['-trace_err', '-trace_stat', '-stf', 'stats.csv', '-fd', 1, '-trace_logs', '-log_file', 'told.log']
  const args = [sip, '-sf', 'call.xml', ...traffic, ...traces, '-nostdin', '-timeout', `${Math.ceil(limitMs / 1000)}s`]
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'sipp', ...args.map(String)], { cwd: dir, stdio: 'ignore' })
  await new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', resolve)
  })
}

/** Lines of `what number date time seconds`, the last with microseconds. */
function readViews(log: string, plan: readonly PlannedCall[]): CallerView[] {
  const views = new Map(plan.map(({ from }): [string, CallerView] => [from, { from }]))
  for (const line of log.split('\n')) {
    const [what, from = '', ...times] = line.trim().split(/\s+/)
    const view = views.get(from)
    const at = Math.round(Number(times.at(-1)) * 1000)
    if (view === undefined) continue
    if (what === 'answered') view.answeredAt = at
    else if (view.endedBy === undefined) Object.assign(view, { endedAt: at, endedBy: what === 'left' ? 'server' : 'caller' })
  }
  return [...views.values()]
}

const from = '"SIPp" <sip:[field1]@[local_ip]:[local_port]>;tag=[pid]S[call_number]'
const uri = 'sip:[field0]@[remote_ip]:[remote_port]'

function request(method: string, target: string, to: string, sequence: number, body = ''): string {
  return `<![CDATA[
${method} ${target} SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: ${from}
${to}
Call-ID: [call_id]
CSeq: ${sequence} ${method}
Contact: <sip:[field1]@[local_ip]:[local_port]>
Max-Forwards: 70
${body === '' ? 'Content-Length: 0\n' : `Content-Type: application/sdp\nContent-Length: [len]\n\n${body}`}
]]>`
}

const tell = (what: string) => `<action><log message="${what} [field1] [timestamp]"/></action>`
const numberOf = (field: number, name: string) =>
  `<assignstr assign_to="text${field}" value="[field${field}]"/><todouble assign_to="${name}" variable="text${field}"/>`

/**
 * Waits for its time, calls, and hangs up when its patience is over, unless the server does first. Its BYE is taken at any moment
 * (`global`; SIPp allows nothing optional right before a pause), also when it crosses our own.
 */
const scenario = `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="caller">
<nop><action>${numberOf(2, 'begins')}${numberOf(3, 'patience')}</action></nop>
<pause variable="begins"/>
<send retrans="500">${request('INVITE', uri, `To: <${uri}>`, 1, sippOffer)}</send>
${[100, 180, 183].map((status) => `<recv response="${status}" optional="true"/>`).join('')}
<recv request="BYE" optional="global" next="left">${tell('left')}</recv>
<recv response="200" rrs="true">${tell('answered')}</recv>
<send>${request('ACK', '[next_url]', '[last_To:]', 1)}</send>
<pause variable="patience"/>
<nop>${tell('hangs-up')}</nop>
<send retrans="500">${request('BYE', '[next_url]', '[last_To:]', 2)}</send>
<recv request="BYE" optional="true" next="crossed">${tell('crossed')}</recv>
<recv response="481" optional="true" next="over"/>
<recv response="200" next="over"/>
<label id="crossed"/>
<send>${sippOk}</send>
<recv response="481" optional="true" next="over"/>
<recv response="200" next="over"/>
<label id="left"/>
<send>${sippOk}</send>
<label id="over"/>
<timewait milliseconds="500"/>
</scenario>
`
