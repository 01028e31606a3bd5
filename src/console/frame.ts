import { effect } from '@preact/signals'
import { type AgentView, type CallView, type CtiEvent, RequestFailed, type Service } from '../client/public.ts'
import { framedMethods } from '../cti/messages/framed-methods.ts'
import type { FromDesk, ToDesk } from '../cti/messages.ts'
import { board } from './board.ts'
import { consoleFacts } from './console-facts.ts'
import { askNow } from './order.ts'
import { session } from './session.ts'

/** What the page around may ask for. The server decides whether it fits. */
const methods: ReadonlySet<string> = new Set(framedMethods)

/** The origin of the page around, once it has said hello and is one of those that the centre names. */
let parent: string | undefined
/** The agent's calls as last told. */
const calls = new Map<string, CallView>()

/** When another application shows this page in a frame: tells it what happens, and does what it asks for. */
export function serveFrame(): void {
  if (window.parent === window) return
  addEventListener('message', ({ source, origin, data }: MessageEvent) => {
    if (source === window.parent) void receive(origin, data)
  })
  effect(() => {
    const current = session.value
    welcome()
    if (current === undefined) return
    const stops = [current.cti.on('snapshot', () => queueMicrotask(welcome)), current.cti.on('event', onEvent)]
    return () => {
      for (const stop of stops) stop()
    }
  })
  effect(() => {
    const connection = session.value?.connection.value
    if (connection !== undefined) tell({ switchboard: 'connection', state: connection.state })
  })
}

async function receive(origin: string, data: unknown): Promise<void> {
  if (!isToDesk(data)) return
  const { embeddedIn } = await known()
  // Browsers do not even show the page to others; who comes by another way gets no answer.
  if (!embeddedIn.includes(origin)) return
  parent = origin
  if (data.switchboard === 'hello') welcome()
  else tell({ switchboard: 'answer', id: data.id, ...(await carryOut(data)) })
}

/** The centre's facts; the page around may be quicker than the server. */
function known(): Promise<NonNullable<typeof consoleFacts.value>> {
  return new Promise((resolve) => {
    const stop = effect(() => {
      const facts = consoleFacts.value
      if (facts === undefined) return
      resolve(facts)
      queueMicrotask(() => stop())
    })
  })
}

type Answer = Pick<Extract<FromDesk, { switchboard: 'answer' }>, 'result' | 'error'>

async function carryOut({ method, params = {} }: Extract<ToDesk, { switchboard: 'request' }>): Promise<Answer> {
  if (!methods.has(method)) return { error: { code: 'NOT_ALLOWED' } }
  if (session.value === undefined) return { error: { code: 'NOT_SIGNED_IN' } }
  try {
    return { result: await askNow(method as Service, params as never) }
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error
    const allowed = error.failure?.data?.allowed
    return { error: { code: error.code, ...(allowed && { allowed: [...allowed] }) } }
  }
}

function welcome(): void {
  calls.clear()
  const agent = ownAgent()
  for (const call of board.peek()?.calls.values() ?? []) if (isOwn(call)) calls.set(call.callId, call)
  tell({ switchboard: 'welcome', ...(agent && { agent }), calls: [...calls.values()] })
}

function onEvent(event: CtiEvent): void {
  if ('team' in event) {
    if (event.agentId === board.peek()?.me.agentId) tell({ switchboard: 'agentState', agent: event })
  } else if ('connections' in event) {
    onCall(event)
  }
}

function onCall(event: Extract<CtiEvent, CallView>): void {
  const before = calls.get(event.callId)
  // The data of a call comes along even when the event leaves them out as unchanged.
  const data = event.data ?? before?.data
  const call: CallView = { ...event, ...(data && { data }) }
  const own = isOwn(call)
  if (own) calls.set(call.callId, call)
  else if (before === undefined) return
  else calls.delete(call.callId)
  if (!own) tell({ switchboard: 'callEnded', call })
  else if (event.type === 'delivered') tell({ switchboard: 'callOffered', call })
  else if (event.type === 'established') tell({ switchboard: 'callEstablished', call })
  else tell({ switchboard: 'callChanged', call })
}

function isOwn(call: CallView): boolean {
  const me = board.peek()?.me.agentId
  return me !== undefined && call.endedAt === undefined && call.connections.some(({ agentId }) => agentId === me)
}

function ownAgent(): AgentView | undefined {
  const current = board.peek()
  return current?.agents.get(current.me.agentId ?? '')
}

function tell(message: FromDesk): void {
  if (parent !== undefined) window.parent.postMessage(message, parent)
}

function isToDesk(data: unknown): data is ToDesk {
  if (typeof data !== 'object' || data === null || !('switchboard' in data)) return false
  if (data.switchboard === 'hello') return true
  if (data.switchboard !== 'request' || !('id' in data) || !('method' in data)) return false
  if ('params' in data && (typeof data.params !== 'object' || data.params === null)) return false
  return (typeof data.id === 'string' || typeof data.id === 'number') && typeof data.method === 'string'
}
