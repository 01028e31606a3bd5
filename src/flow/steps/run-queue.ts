import type { QueueExit, QueueRequest } from '../../domain/caller.ts'
import type { AgentId } from '../../domain/ids.ts'
import type { Frame } from '../conversation.ts'
import { exitMissing } from '../faults.ts'
import type { QueueStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'
import { attendWait } from '../waiting/attend-wait.ts'
import { attachValues } from './run-attach.ts'

/** Rules of a queue and supervisors bring about what a flow need not have thought of; its callers are served all the same. */
const standIns: Readonly<Partial<Record<QueueExit['exit'], readonly (keyof QueueStep['exits'])[]>>> = {
  no_agents: ['timeout'],
  closed: ['no_agents', 'timeout'],
  withdrawn: ['timeout']
}

/** Waits for an agent and talks with them. */
export async function runQueue(step: QueueStep, frame: Frame, signal: AbortSignal): Promise<StepEnd> {
  const { talk } = frame
  if (step.flush) talk.keys.clear()
  if (step.attach !== undefined) attachValues(step.name, step.attach, frame)

  const left = await talk.caller.queue(
    {
      queue: step.queue,
      skills: step.skills,
      priority: step.priority ?? talk.priority ?? 'normal',
      leaveIfNoAgents: step.exits.no_agents !== undefined,
      attend: attendWait(step, frame),
      ...(step.maxWaitMs !== undefined && { maxWaitMs: step.maxWaitMs }),
      ...(step.ageBonusMs !== undefined && { ageBonusMs: step.ageBonusMs }),
      ...(step.relax !== undefined && { relax: step.relax }),
      ...preferredOf(step, frame),
      ...(step.music !== undefined && { music: step.music }),
      ...(step.overflow !== undefined && { overflow: step.overflow })
    },
    signal
  )
  if (left.exit === 'transferred') {
    return { kind: 'over', end: { kind: 'continue', number: left.number }, exit: left.exit, detail: step.queue }
  }
  const { exit } = left
  // These may come at once, so a loop over them has not waited for the caller.
  if (exit !== 'full' && exit !== 'no_agents' && exit !== 'closed') talk.hops = 0

  const go = [exit, ...(standIns[exit] ?? [])].map((name) => step.exits[name]).find((target) => target !== undefined)
  if (go !== undefined) return onward(go, exit, step.queue)
  if (exit !== 'answered') throw exitMissing(step.name, exit)
  const termination = { result: 'completed', reason: 'agent-hung-up' } as const
  return { kind: 'over', end: { kind: 'ended', termination }, exit, detail: step.queue }
}

/** The agent whom the step names. Whether there is one of that id is seen when the caller is routed. */
function preferredOf({ prefer }: QueueStep, { scope }: Frame): Pick<QueueRequest, 'preferred'> {
  const agentId = prefer === undefined ? '' : String(prefer.agent.evaluate(scope) ?? '')
  return prefer === undefined || agentId === ''
    ? {}
    : { preferred: { agentId: agentId as AgentId, patienceMs: prefer.patienceMs } }
}
