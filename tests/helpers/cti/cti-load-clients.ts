// The clients of `cti-load.ts`, in a process of their own. They look at frames as bytes: parsing them all would measure these clients.
import { once } from 'node:events'
import { WebSocket } from 'ws'
import type { Monitor } from '../../../src/cti/messages.ts'
import type { User } from '../../../src/domain/centre.ts'

export type LoadClient = User & { readonly monitor?: Monitor }

export type ToClients =
  | { readonly kind: 'connect'; readonly url: string; readonly users: readonly LoadClient[] }
  | { readonly kind: 'flap'; readonly times: number }
  | { readonly kind: 'stall' }
  | { readonly kind: 'report'; readonly due: [number, number][]; readonly smooth: Phase; readonly stalled: Phase }

export type FromClients =
  | { readonly kind: 'done'; readonly to: string }
  | { readonly kind: 'failed'; readonly to: string; readonly why: string }
  | { readonly kind: 'report'; readonly to: string; readonly report: LoadReport }

type Phase = [first: number, last: number]

/** Milliseconds from when a fact was due to when a client has it. */
export interface Latencies {
  readonly frames: number
  readonly perSecond: number
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly max: number
}

export interface LoadReport {
  readonly clients: number
  readonly smooth: Latencies
  /** The same while one client does not read. */
  readonly stalled: Latencies
  readonly byRole: Readonly<Record<string, Latencies>>
  readonly flapping: {
    readonly reconnects: number
    readonly events: number
    readonly lost: number
    readonly twice: number
    readonly snapshots: number
  }
}

const STAMP = '"time":"'
const roles = ['agent', 'supervisor', 'crm', 'admin']

/** What arrived: the stamp of the fact, when, and at whom. */
class Arrivals {
  #stamps = new Float64Array(1 << 16)
  #times = new Float64Array(1 << 16)
  #roles = new Uint8Array(1 << 16)
  #count = 0

  add(frame: Buffer, role: number): void {
    const now = Number(process.hrtime.bigint()) / 1e6
    const head = frame.toString('latin1', 0, 160)
    const at = head.indexOf(STAMP)
    if (at < 0) return
    if (this.#count === this.#stamps.length) this.#grow()
    this.#stamps[this.#count] = Date.parse(head.slice(at + STAMP.length, at + STAMP.length + 24))
    this.#times[this.#count] = now
    this.#roles[this.#count++] = role
  }

  latencies(due: ReadonlyMap<number, number>, [first, last]: Phase, role?: number): Latencies {
    const found: number[] = []
    for (let at = 0; at < this.#count; at++) {
      const stamp = this.#stamps[at] ?? 0
      const from = due.get(stamp)
      if (from === undefined || stamp < first || stamp > last || (role !== undefined && this.#roles[at] !== role)) continue
      found.push((this.#times[at] ?? 0) - from)
    }
    found.sort((a, b) => a - b)
    const share = (part: number) => found[Math.min(found.length - 1, Math.floor(found.length * part))] ?? 0
    const perSecond = Math.round((found.length / (last - first)) * 1000)
    return { frames: found.length, perSecond, p50: share(0.5), p90: share(0.9), p99: share(0.99), max: found.at(-1) ?? 0 }
  }

  #grow(): void {
    const doubled = <Items extends Float64Array | Uint8Array>(items: Items, fresh: Items): Items => {
      fresh.set(items)
      return fresh
    }
    const size = this.#count * 2
    this.#stamps = doubled(this.#stamps, new Float64Array(size))
    this.#times = doubled(this.#times, new Float64Array(size))
    this.#roles = doubled(this.#roles, new Uint8Array(size))
  }
}

const arrivals = new Arrivals()
let url = ''
let clients = 0
let flapping: LoadReport['flapping'] = { reconnects: 0, events: 0, lost: 0, twice: 0, snapshots: 0 }

async function open(token: string, params: object = {}): Promise<{ socket: WebSocket; opened: Promise<Opened> }> {
  const socket = new WebSocket(url, 'switchboard.cti.v1', { perMessageDeflate: false })
  await once(socket, 'open')
  const opened = once(socket, 'message').then(([data]) => (JSON.parse(String(data)) as { result: Opened }).result)
  socket.send(
    JSON.stringify({ jsonrpc: '2.0', id: `open-${Math.random()}`, method: 'session.open', params: { token, ...params } })
  )
  return { socket, opened }
}

interface Opened {
  readonly sessionId: string
  readonly seq: number
  readonly snapshot: object | null
}

async function connect(message: Extract<ToClients, { kind: 'connect' }>): Promise<void> {
  url = message.url
  const waiting = [...message.users]
  const worker = async () => {
    for (let user = waiting.pop(); user !== undefined; user = waiting.pop()) {
      const { username, role, monitor } = user
      const { socket, opened } = await open(username, monitor && { monitor })
      await opened
      const number = roles.indexOf(role)
      socket.on('message', (data: Buffer) => arrivals.add(data, number))
      clients++
    }
  }
  await Promise.all(Array.from({ length: 50 }, worker))
}

/** Loses its line again and again, in the middle of whatever comes, and asks for what it missed. */
async function flap(times: number): Promise<void> {
  let last = 0
  let sessionId: string | undefined
  let [events, lost, twice, snapshots] = [0, 0, 0, 0]
  for (let at = 0; at <= times; at++) {
    const { socket, opened } = await open('flapping', sessionId === undefined ? {} : { sessionId, resumeAfter: last })
    let heard = 0
    socket.on('message', (data: Buffer) => {
      const seq = Number(/"seq":(\d+)/.exec(data.toString('latin1', 0, 80))?.[1])
      if (!data.toString('latin1', 0, 40).includes('event')) return
      heard++
      if (seq <= last) twice++
      else lost += seq - last - 1
      last = Math.max(last, seq)
    })
    const answer = await opened
    if (sessionId === undefined) last = answer.seq
    else if (answer.snapshot !== null) snapshots++
    sessionId = answer.sessionId
    await new Promise((resolve) => setTimeout(resolve, (at % 7) * 3))
    if (at === times) await new Promise((resolve) => setTimeout(resolve, 300))
    socket.terminate()
    events += heard
  }
  flapping = { reconnects: times, events, lost, twice, snapshots }
}

async function stall(): Promise<void> {
  const { socket, opened } = await open('flapping')
  await opened
  socket.pause()
}

function report({ due, smooth, stalled }: Extract<ToClients, { kind: 'report' }>): LoadReport {
  const table = new Map(due)
  const all: Phase = [smooth[0], stalled[1]]
  return {
    clients,
    smooth: arrivals.latencies(table, smooth),
    stalled: arrivals.latencies(table, stalled),
    byRole: Object.fromEntries(roles.map((role, number) => [role, arrivals.latencies(table, all, number)])),
    flapping
  }
}

async function serve(message: ToClients): Promise<FromClients> {
  const to = message.kind
  if (message.kind === 'report') return { kind: 'report', to, report: report(message) }
  if (message.kind === 'connect') await connect(message)
  else if (message.kind === 'flap') await flap(message.times)
  else await stall()
  return { kind: 'done', to }
}

process.on('message', (message: ToClients) => {
  serve(message).then(
    (answer) => process.send?.(answer),
    (error: unknown) => process.send?.({ kind: 'failed', to: message.kind, why: String(error) } satisfies FromClients)
  )
})
