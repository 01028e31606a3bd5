import type { CallBoard } from '../board/call-board.ts'
import type { CallRecord } from '../board/call-record.ts'
import type { CallView, Snapshot, SupervisionView } from '../messages.ts'
import { viewFor } from './shown-data.ts'
import type { Viewer } from './viewer.ts'
import { maySee, maySeeAgent, maySeeCall, maySeePhone, maySeeQueue } from './visibility.ts'

/** All that the viewer may see, now. */
export function takeSnapshot(board: CallBoard, viewer: Viewer): Snapshot {
  const { username, name, role, agentId, extension } = viewer
  return {
    me: {
      ...{ username, name, role },
      ...(agentId !== undefined && { agentId }),
      ...(extension !== undefined && { extension })
    },
    calls: viewCalls(board, viewer, () => true),
    agents: [...board.agents.values()].filter((agent) => maySeeAgent(viewer, agent.agentId)),
    phones: [...board.phones.values()].filter((phone) => maySeePhone(viewer, phone.deviceId, phone.agentId)),
    queues: [...board.queues.values()].filter((queue) => maySeeQueue(viewer, queue.queue)),
    supervisions: [...board.calls.values()].flatMap((call) => viewSupervisions(viewer, call))
  }
}

function viewSupervisions(viewer: Viewer, call: CallRecord): SupervisionView[] {
  const { callId, contactId } = call.view
  return [...call.supervisions].flatMap(([supervisor, { agentId, device: deviceId, mode, isTold }]) =>
    maySee(viewer, { kind: 'supervision', agentId, isTold, call })
      ? [{ callId, contactId, supervisor, agentId, deviceId, mode }]
      : []
  )
}

/** The wanted ones of the calls that the viewer may see. */
export function viewCalls(board: CallBoard, viewer: Viewer, wanted: (call: CallRecord) => boolean): CallView[] {
  return [...board.calls.values()].filter((call) => maySeeCall(viewer, call) && wanted(call)).map((call) => viewFor(viewer, call))
}
