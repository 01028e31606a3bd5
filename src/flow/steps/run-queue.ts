import type { Signal } from '../../domain/abort.ts'
import type { QueueExit } from '../../domain/caller.ts'
import type { Frame } from '../conversation.ts'
import { exitMissing } from '../faults.ts'
import { preferredAgent } from '../preferred-agent.ts'
import type { QueueStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'
import { waitedSince } from '../waited.ts'
import { attendWait } from '../waiting/attend-wait.ts'
import { attachValues } from './run-attach.ts'

/** Rules of a queue and supervisors bring about what a flow need not have thought of; its callers are served all the same. */
const standIns: Readonly<Partial<Record<QueueExit['exit'], readonly (keyof QueueStep['exits'])[]>>> = {
  no_agents: ['timeout'],
  closed: ['no_agents', 'timeout'],
  withdrawn: ['timeout']
}

/** Waits for an agent and talks with them. */
export async function runQueue(step: QueueStep, frame: Frame, signal: Signal): Promise<StepEnd> {
  const { talk } = frame
  if (step.flush) talk.keys.clear()
  if (step.attach !== undefined) attachValues(step.name, step.attach, frame)

  const preferred = await preferredAgent(step, frame, signal)
  const began = talk.world.clock.now()
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
      ...(preferred !== undefined && { preferred }),
      ...(step.music !== undefined && { music: step.music }),
      ...(step.overflow !== undefined && { overflow: step.overflow })
    },
    signal
  )
  if (left.exit === 'transferred') {
    return { kind: 'over', end: { kind: 'continue', number: left.number }, exit: left.exit, detail: step.queue }
  }
  const { exit } = left
  if (exit === 'answered' || exit === 'left' || exit === 'callback') talk.hops = 0
  else waitedSince(began, talk)

  const go = [exit, ...(standIns[exit] ?? [])].map((name) => step.exits[name]).find((target) => target !== undefined)
  if (go !== undefined) return onward(go, exit, step.queue)
  if (exit !== 'answered') throw exitMissing(step.name, exit)
  const termination = { result: 'completed', reason: 'agent-hung-up' } as const
  return { kind: 'over', end: { kind: 'ended', termination }, exit, detail: step.queue }
}
