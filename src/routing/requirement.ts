import type { Skills } from '../domain/agent.ts'

/** The skills that a call needs, in a form that makes equal needs equal keys. */
export interface Requirement {
  readonly key: string
  readonly skills: readonly (readonly [skill: string, level: number])[]
}

/** The need of a call: what its queue asks for and what its flow asks for, the higher level where both name a skill. */
export function requirementOf(ofQueue: Skills, ofCall: Skills): Requirement {
  const levels = new Map<string, number>()
  for (const [skill, level] of [...Object.entries(ofQueue), ...Object.entries(ofCall)]) {
    if (level > (levels.get(skill) ?? 0)) levels.set(skill, level)
  }
  const skills = [...levels].sort(([one], [other]) => (one < other ? -1 : 1))
  return { key: skills.map(([skill, level]) => `${skill}=${level}`).join(' '), skills }
}

/** Whether somebody with these skills can take such a call. */
export function meets(skills: Skills, requirement: Requirement): boolean {
  for (const [skill, level] of requirement.skills) {
    if (!((skills[skill] ?? 0) >= level)) return false
  }
  return true
}
