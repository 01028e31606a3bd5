import { type RelaxStep, relaxProblems } from '../../../domain/relaxation.ts'
import { needProblem, requirementOf } from '../../../domain/requirement.ts'
import { say } from '../../../domain/saying.ts'
import { type SkillNeed, skillsNamed } from '../../../domain/skill-need.ts'
import type { QueueStep } from '../../step.ts'
import { didYouMean } from '../findings/closest.ts'
import type { StepSource } from '../schema/step-schemas.ts'
import { millisecondsOf } from '../schema/value-schemas.ts'
import type { Path } from '../source/source-file.ts'
import type { Draft } from './draft.ts'

const AGE_MS_MAX = 3_600_000

/** What a queue step says of who is to be rung and who goes first. */
export function buildRouting(
  source: StepSource<'queue'>,
  path: Path,
  draft: Draft
): Pick<QueueStep, 'skills' | 'relax' | 'prefer' | 'ageBonusMs'> {
  const skills = source.skills ?? {}
  requireNeed(skills, source.queue, [...path, 'skills'], draft)
  const ageBonusMs = source.age === undefined ? undefined : millisecondsOf(source.age)
  if (ageBonusMs !== undefined && ageBonusMs > AGE_MS_MAX)
    draft.report.error('FLOW0006', { path: [...path, 'age'] }, say`"age" must be at most 1h`)
  return {
    skills,
    ...(source.relax !== undefined && { relax: buildRelax(skills, source.relax, [...path, 'relax'], draft) }),
    ...(source.prefer !== undefined && { prefer: buildPrefer(source.prefer, [...path, 'prefer'], draft) }),
    ...(ageBonusMs !== undefined && { ageBonusMs })
  }
}

/** Skills that exist, and that somebody could have beside those which the queue asks for. */
export function requireNeed(need: SkillNeed, queue: string, path: Path, draft: Draft): void {
  checkNeed(need, path, draft)
  checkTogether(need, queue, path, draft)
}

function checkNeed(need: SkillNeed, path: Path, draft: Draft): void {
  const { skills } = draft.context.centre
  for (const { skill, path: inner } of skillsNamed(need)) {
    if (skills.has(skill)) continue
    const place = { path: [...path, ...inner], key: true }
    draft.report.error('FLOW0018', place, say`nobody has the skill "${skill}"`, didYouMean(skill, skills))
  }
  const problem = needProblem(need)
  if (problem !== undefined) draft.report.error('FLOW0006', { path }, problem)
}

function checkTogether(need: SkillNeed, queue: string, path: Path, draft: Draft): void {
  const settings = draft.context.centre.queues.get(queue)
  if (settings === undefined || needProblem(need) !== undefined) return
  const together = requirementOf({ need: settings.skills, slack: 0 }, { need, slack: 0 })
  if (together.alternatives.length > 0) return
  draft.report.error('FLOW0006', { path }, say`nobody can have these skills and those that the queue "${queue}" asks for`)
}

function buildRelax(
  need: SkillNeed,
  source: NonNullable<StepSource<'queue'>['relax']>,
  path: Path,
  draft: Draft
): readonly RelaxStep[] {
  const steps = source.map(({ after, lower, skills, anyone }, index): RelaxStep => {
    const here = [...path, index]
    const given = [lower, skills, anyone].filter((value) => value !== undefined)
    if (given.length !== 1) draft.report.error('FLOW0006', { path: here }, say`a step needs one of lower, skills and anyone`)
    if (skills !== undefined) checkNeed(skills, [...here, 'skills'], draft)
    const afterMs = millisecondsOf(after)
    if (lower !== undefined) return { afterMs, lower }
    return skills === undefined ? { afterMs, anyone: true } : { afterMs, skills }
  })
  for (const { step, why } of relaxProblems(need, steps)) draft.report.error('FLOW0006', { path: [...path, step] }, why)
  return steps
}

/** An agent whom the caller talked to longer ago is one like others: 30 days. */
const LAST_WITHIN_MS = 30 * 24 * 3_600_000

function buildPrefer(
  source: NonNullable<StepSource<'queue'>['prefer']>,
  path: Path,
  draft: Draft
): NonNullable<QueueStep['prefer']> {
  const { agent: given, patience, within } = source
  const patienceMs = millisecondsOf(patience)
  if (given === 'last')
    return { agent: { lastWithinMs: within === undefined ? LAST_WITHIN_MS : millisecondsOf(within) }, patienceMs }
  if (within !== undefined) {
    const message = say`"within" is for the agent who served them last`
    draft.report.error('FLOW0003', { path: [...path, 'within'], key: true }, message, say`agent: last`)
  }
  const agent = draft.templates.text(String(source.agent), [...path, 'agent'])
  const { agents } = draft.context.centre
  if (agent.fixed && !agents.has(String(source.agent))) {
    const name = String(source.agent)
    draft.report.error(
      'FLOW0033',
      { path: [...path, 'agent'] },
      say`there is no agent "${name}"`,
      didYouMean(name, [...agents.keys()])
    )
  }
  return { agent, patienceMs }
}
