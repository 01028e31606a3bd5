import { randomUUID } from 'node:crypto'
import type { CommandResult } from '../commands/command.ts'
import type { CtiOptions } from '../cti-world.ts'
import type { Monitor, ParamsOf, ResultOf } from '../messages.ts'
import { takeSnapshot } from '../view/take-snapshot.ts'
import { type Viewer, withMonitor } from '../view/viewer.ts'
import { maySeeCall } from '../view/visibility.ts'
import type { Session } from './session.ts'

/** More would make each event of a session cost more than it should. */
const MONITORS_MAX = 50

type Board = Pick<CtiOptions, 'board'>

/** One more monitor beside the filter of the session. */
export function startMonitor(
  session: Session,
  { monitor }: ParamsOf<'monitorStart'>,
  { board }: Board
): CommandResult<ResultOf<'monitorStart'>> {
  const { viewer } = session
  if (namesUnknownCall(monitor, viewer, board)) return { ok: false, code: 'CALL_UNKNOWN', allowed: [] }
  if (viewer.started.size >= MONITORS_MAX) return { ok: false, code: 'MONITOR_LIMIT' }
  const monitorCrossRefId = randomUUID()
  session.viewer = withMonitor(viewer, viewer.asked, new Map(viewer.started).set(monitorCrossRefId, monitor))
  const snapshot = takeSnapshot(board, withMonitor(viewer, monitor))
  return { ok: true, value: { monitorCrossRefId, seq: session.stream.seq, snapshot } }
}

/** Ends a monitor. */
export function stopMonitor(
  session: Session,
  { monitorCrossRefId }: ParamsOf<'monitorStop'>,
  { board }: Board
): CommandResult<ResultOf<'monitorStop'>> {
  if (!dropMonitor(session, monitorCrossRefId)) return { ok: false, code: 'MONITOR_UNKNOWN' }
  return { ok: true, value: { seq: session.stream.seq, snapshot: takeSnapshot(board, session.viewer) } }
}

/** Another filter for a monitor, or for the session. */
export function changeMonitor(
  session: Session,
  { monitorCrossRefId: id, monitor }: ParamsOf<'changeMonitorFilter'>,
  { board }: Board
): CommandResult<ResultOf<'changeMonitorFilter'>> {
  const { viewer } = session
  if (namesUnknownCall(monitor, viewer, board)) return { ok: false, code: 'CALL_UNKNOWN', allowed: [] }
  if (id !== undefined && !viewer.started.has(id)) return { ok: false, code: 'MONITOR_UNKNOWN' }
  session.viewer =
    id === undefined
      ? withMonitor(viewer, monitor, viewer.started)
      : withMonitor(viewer, viewer.asked, new Map(viewer.started).set(id, monitor))
  return { ok: true, value: { seq: session.stream.seq, snapshot: takeSnapshot(board, session.viewer) } }
}

/** The monitors of a session, as its client is told of them. */
export function monitorsOf({ viewer }: Session): ResultOf<'session.open'>['monitors'] {
  return [...viewer.started].map(([monitorCrossRefId, monitor]) => ({ monitorCrossRefId, monitor }))
}

/** Ends the monitors of which nothing more can be heard: all they name are calls that are over. `tell` is called for each. */
export function endOverMonitors(session: Session, { board }: Board, tell: (monitorCrossRefId: string) => void): void {
  for (const [id, { agents, queues, calls }] of session.viewer.started) {
    if (calls === undefined || agents !== undefined || queues !== undefined) continue
    const isLive = (callId: string) => board.calls.get(callId)?.view.endedAt === undefined && board.calls.has(callId)
    if (calls.some(isLive)) continue
    dropMonitor(session, id)
    tell(id)
  }
}

function dropMonitor(session: Session, id: string): boolean {
  const { viewer } = session
  const started = new Map(viewer.started)
  if (!started.delete(id)) return false
  session.viewer = withMonitor(viewer, viewer.asked, started)
  return true
}

/** A call that the client may not see is as unknown as one that never was. */
function namesUnknownCall({ calls = [] }: Monitor, viewer: Viewer, board: CtiOptions['board']): boolean {
  // A filter that leaves it out now is no reason: another one may let it in.
  const unfiltered = withMonitor(viewer, {})
  return calls.some((callId) => {
    const call = board.calls.get(callId)
    return call === undefined || !maySeeCall(unfiltered, call)
  })
}
