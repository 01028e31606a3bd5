import { alternativesOf, implies, type Requirement, requirementOf, type SlackNeed } from './requirement.ts'
import { type Saying, say } from './saying.ts'
import type { SkillNeed } from './skill-need.ts'

/**
 * From `afterMs` of waiting on (since the caller first came, whatever was said of their age):
 * - lower: every level that is asked for gives way by so many more, the queue's and the call's.
 * - skills: asked for instead, in place of the part of whoever wrote the step (the queue's or the call's).
 * - anyone: whoever serves the queue.
 */
export type RelaxStep = { readonly afterMs: number } & (
  | { readonly lower: number }
  | { readonly skills: SkillNeed }
  | { readonly anyone: true }
)

/** What is asked for from a time of waiting on. */
export interface Stage {
  readonly afterMs: number
  readonly requirement: Requirement
}

/** The two parts of a need, and who wrote the steps. */
export interface Relaxed {
  readonly ofQueue: SkillNeed
  readonly ofCall: SkillNeed
  readonly steps: readonly RelaxStep[]
  readonly by: 'queue' | 'call'
}

/**
 * The stages of a wait, the first from 0 on. Each lets in whoever the one before let in: steps that `relaxProblems`
 * accepts only widen a part, and both parts are asked for together.
 */
export function stagesOf({ ofQueue, ofCall, steps, by }: Relaxed): readonly Stage[] {
  let parts = { queue: strict(ofQueue), call: strict(ofCall) }
  const stages = [{ afterMs: 0, requirement: requirementOf(parts.queue, parts.call) }]
  for (const step of steps) {
    if ('lower' in step) parts = { queue: lowered(parts.queue, step.lower), call: lowered(parts.call, step.lower) }
    else if ('skills' in step) parts = { ...parts, [by]: strict(step.skills) }
    else parts = { queue: strict({}), call: strict({}) }
    stages.push({ afterMs: step.afterMs, requirement: requirementOf(parts.queue, parts.call) })
  }
  return stages
}

/** Which steps make no sense, and why; `need` is the part of whoever wrote them. */
export function relaxProblems(need: SkillNeed, steps: readonly RelaxStep[]): { readonly step: number; readonly why: Saying }[] {
  const problems: { step: number; why: Saying }[] = []
  let part = strict(need)
  let anyone = false
  steps.forEach((step, index) => {
    const before = steps[index - 1]?.afterMs ?? 0
    const wrong = (why: Saying) => problems.push({ step: index, why })
    if (step.afterMs <= before) wrong(say`each step must come later than the one before`)
    if (anyone) wrong(say`nothing is left to relax after anyone`)
    if ('skills' in step) {
      const [narrow, wide] = [alternativesOf(part.need, part.slack), alternativesOf(step.skills)]
      if (narrow !== undefined && wide !== undefined && !implies(narrow, wide))
        wrong(say`it tightens: somebody who fitted before would not fit any more`)
      part = strict(step.skills)
    } else if ('lower' in step) part = lowered(part, step.lower)
    else anyone = true
  })
  return problems
}

function strict(need: SkillNeed): SlackNeed {
  return { need, slack: 0 }
}

function lowered({ need, slack }: SlackNeed, by: number): SlackNeed {
  return { need, slack: slack + by }
}
