import { toAppError } from '../../domain/errors.ts'
import type { CommandResult } from '../commands/command.ts'
import { isCommand, runCommand } from '../commands.ts'
import type { CtiOptions } from '../cti-world.ts'
import { errorCodes, type ParamsOf, type Request, type Response, type ResultOf } from '../messages.ts'
import { failed, parseParams } from './parse-request.ts'
import type { Session } from './session.ts'
import { changeMonitor, startMonitor, stopMonitor } from './session-monitors.ts'
import { routesOf } from './session-routes.ts'
import type { Sessions } from './sessions.ts'

const monitorMethods: { readonly [Name in MonitorMethod]: MonitorCommand<Name> } = {
  monitorStart: startMonitor,
  monitorStop: stopMonitor,
  changeMonitorFilter: changeMonitor
}

type MonitorMethod = 'monitorStart' | 'monitorStop' | 'changeMonitorFilter'
type MonitorCommand<Name extends MonitorMethod> = (
  session: Session,
  params: ParamsOf<Name>,
  options: CtiOptions
) => CommandResult<ResultOf<Name>>

function isAboutMonitors(method: string): method is MonitorMethod {
  return Object.hasOwn(monitorMethods, method)
}

/** What answering needs beside the session. */
export interface Answering {
  readonly sessions: Sessions
  readonly options: CtiOptions
  /** Ends the connection that asks. */
  close(): void
}

/** Carries out one request of an open session. Never rejects: whatever goes wrong is an answer. */
export async function respond(session: Session, request: Request, answering: Answering): Promise<Response> {
  const { id, method } = request
  const { sessions, options } = answering
  try {
    if (method === 'session.close' || method === 'session.ping') return aboutSession(session, id, method, answering)
    if (method === 'session.renew') return await renew(session, request, options)
    if (isAboutMonitors(method)) return aboutMonitors(session, request, method, options)
    if (method === 'session.open') return failed(id, { code: errorCodes.invalidRequest, message: 'The session is open' })
    if (!isCommand(method)) return failed(id, { code: errorCodes.unknownMethod, message: 'There is no such method' })

    const params = parseParams(method, request.params)
    if (!params.ok) return failed(id, params.failure)
    const { board, centre, agents, calls, callbacks, customers } = options
    const routes = routesOf(session, sessions, options)
    const desk = { viewer: session.viewer, board, centre, agents, calls, callbacks, customers, routes }
    const result = await runCommand(method, params.params, desk)
    return answerOf(id, result)
  } catch (error) {
    // The connection is where a fault of a client's request ends: it is told, logged, and costs nobody else anything.
    const { code } = toAppError(error)
    options.log.error(
      { err: error, method, username: session.viewer.username, callId: callOf(request.params) },
      'A CTI request failed'
    )
    return failed(id, { code: errorCodes.internal, message: 'Something unexpected went wrong', data: { code } })
  }
}

function aboutSession(
  session: Session,
  id: Request['id'],
  method: 'session.close' | 'session.ping',
  { sessions, options, close }: Answering
): Response {
  if (method === 'session.ping') {
    return { jsonrpc: '2.0', id, result: { time: new Date(options.clock.now()).toISOString(), seq: session.stream.seq } }
  }
  sessions.close(session)
  // After the answer, which is sent when this one resolves.
  setImmediate(close)
  return { jsonrpc: '2.0', id, result: {} }
}

async function renew(session: Session, request: Request, options: CtiOptions): Promise<Response> {
  const params = parseParams('session.renew', request.params)
  if (!params.ok) return failed(request.id, params.failure)
  const signedIn = await options.verifyToken(params.params.token)
  // Another user's rights would need another view, and other answers to what was asked before: that is another session.
  const code = signedIn === undefined ? 'TOKEN_INVALID' : 'NOT_ALLOWED'
  if (signedIn?.user.username !== session.viewer.username)
    return failed(request.id, { code: errorCodes.refused, message: 'The request was not carried out', data: { code } })
  session.signIn = signedIn.signIn
  return { jsonrpc: '2.0', id: request.id, result: { expiresAt: signedIn.signIn.expiresAt } }
}

function aboutMonitors<Name extends MonitorMethod>(
  session: Session,
  { id, params: given }: Request,
  method: Name,
  options: CtiOptions
): Response {
  const params = parseParams(method, given)
  return params.ok ? answerOf(id, monitorMethods[method](session, params.params, options)) : failed(id, params.failure)
}

function answerOf(id: Request['id'], result: CommandResult<unknown>): Response {
  if (result.ok) return { jsonrpc: '2.0', id, result: result.value }
  const { ok: _, ...data } = result
  return failed(id, { code: errorCodes.refused, message: 'The request was not carried out', data })
}

/** For the log: which call a request was about, when it names one. */
function callOf(params: unknown): string | undefined {
  const { callId } = Object(params) as { callId?: unknown }
  return typeof callId === 'string' ? callId : undefined
}
