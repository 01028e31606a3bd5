import type { Skills } from './agent.ts'
import { AppError } from './errors.ts'
import { type Saying, say } from './saying.ts'
import { isList, type SkillNeed } from './skill-need.ts'

/** More ways than these to satisfy one need are a mistake of whoever wrote it, and would cost every decision. */
export const ALTERNATIVES_MAX = 16

const LEVEL_MAX = 5

/** A skill at one of the levels from `min` to `max`; 0 is not to have it. */
export interface Bound {
  readonly skill: string
  readonly min: number
  readonly max: number
}

/** Bounds that hold together, by name of the skill, each skill once. */
export type Alternative = readonly Bound[]

/** A need as the indexes use it: in disjunctive normal form. Equal keys are equal needs. Without an alternative nobody fits. */
export interface Requirement {
  readonly key: string
  readonly alternatives: readonly Alternative[]
  /** Skills that one of the alternatives asks for. */
  readonly named: readonly string[]
}

/** A need, and by how many levels every bound of it gives way. */
export interface SlackNeed {
  readonly need: SkillNeed
  readonly slack: number
}

/** All these needs together. Throws SKILLS_TOO_WIDE when one of them has more than ALTERNATIVES_MAX alternatives. */
export function requirementOf(...needs: readonly SlackNeed[]): Requirement {
  const parts = needs.map(({ need, slack }) => {
    const alternatives = alternativesOf(need, slack)
    if (alternatives !== undefined) return alternatives
    throw new AppError('SKILLS_TOO_WIDE', 'flow', 'A need of skills has too many alternatives', { details: { need } })
  })
  const alternatives = parts.reduce<readonly Alternative[]>((whole, part) => both(whole, part), [[]])
  const named = alternatives.flatMap((each) => each.filter(({ min }) => min > 0).map(({ skill }) => skill))
  const key = alternatives.length === 0 ? 'nobody' : alternatives.map(keyOf).join(' | ')
  return { key, alternatives, named: [...new Set(named)] }
}

/** The ways to satisfy a need; none when it contradicts itself, undefined when there are too many. */
export function alternativesOf(need: SkillNeed, slack = 0): readonly Alternative[] | undefined {
  try {
    return expand(need, slack, false)
  } catch (error) {
    if (error instanceof TooWide) return undefined
    throw error
  }
}

/** Why nobody should write such a need. */
export function needProblem(need: SkillNeed): Saying | undefined {
  const alternatives = alternativesOf(need)
  if (alternatives === undefined) return say`these skills can be had in more than ${ALTERNATIVES_MAX} ways; ask for less`
  return alternatives.length === 0 ? say`nobody can have these skills: they contradict each other` : undefined
}

/** Whether somebody with these skills satisfies it. */
export function meets(skills: Skills, { alternatives }: Requirement): boolean {
  for (const alternative of alternatives) if (meetsAll(skills, alternative)) return true
  return false
}

export function meetsAll(skills: Skills, alternative: Alternative): boolean {
  for (const { skill, min, max } of alternative) {
    const level = skills[skill] ?? 0
    if (level < min || level > max) return false
  }
  return true
}

/** Whether whoever satisfies `one` plainly satisfies `other` too: each alternative lies within one alternative of the other. */
export function implies(one: readonly Alternative[], other: readonly Alternative[]): boolean {
  return one.every((alternative) => other.some((wider) => isWithin(alternative, wider)))
}

class TooWide extends Error {}

/** `not` is pushed inwards (De Morgan), so that only bounds are negated: not `≥ 3` is `≤ 2`. Slack then widens each bound. */
function expand(need: SkillNeed, slack: number, negated: boolean): readonly Alternative[] {
  const parts = Object.entries(need).map(([key, value]): readonly Alternative[] => {
    if (typeof value === 'number') return negated ? bound(key, 0, value - 1 + slack) : bound(key, value - slack, LEVEL_MAX)
    if (!isList(value)) return expand(value, slack, !negated)
    const each = value.map((part) => expand(part, slack, negated))
    return (key === 'any') === negated ? join(each) : tidy(each.flat())
  })
  return negated ? tidy(parts.flat()) : join(parts)
}

function bound(skill: string, min: number, max: number): readonly Alternative[] {
  const [least, most] = [Math.max(0, min), Math.min(LEVEL_MAX, max)]
  if (least > most) return []
  return [least === 0 && most === LEVEL_MAX ? [] : [{ skill, min: least, max: most }]]
}

function join(parts: readonly (readonly Alternative[])[]): readonly Alternative[] {
  return parts.reduce<readonly Alternative[]>((whole, part) => narrowEnough(both(whole, part)), [[]])
}

function both(one: readonly Alternative[], other: readonly Alternative[]): readonly Alternative[] {
  return absorb(one.flatMap((left) => other.flatMap((right) => together(left, right) ?? [])))
}

function tidy(alternatives: readonly Alternative[]): readonly Alternative[] {
  return narrowEnough(absorb(alternatives))
}

function narrowEnough(alternatives: readonly Alternative[]): readonly Alternative[] {
  if (alternatives.length > ALTERNATIVES_MAX) throw new TooWide()
  return alternatives
}

/** Undefined when nobody can satisfy both. */
function together(one: Alternative, other: Alternative): readonly [Alternative] | undefined {
  const bounds = new Map(one.map((each) => [each.skill, each]))
  for (const { skill, min, max } of other) {
    const found = bounds.get(skill)
    const narrower = { skill, min: Math.max(min, found?.min ?? 0), max: Math.min(max, found?.max ?? LEVEL_MAX) }
    if (narrower.min > narrower.max) return undefined
    bounds.set(skill, narrower)
  }
  return [[...bounds.values()].sort((left, right) => (left.skill < right.skill ? -1 : 1))]
}

/** Without those that lie within another one, in an order of their own. */
function absorb(alternatives: readonly Alternative[]): readonly Alternative[] {
  const kept: Alternative[] = []
  for (const each of alternatives.toSorted((one, other) => one.length - other.length || (keyOf(one) < keyOf(other) ? -1 : 1))) {
    if (kept.some((wider) => isWithin(each, wider))) continue
    for (let i = kept.length - 1; i >= 0; i--) if (isWithin(kept[i] ?? [], each)) kept.splice(i, 1)
    kept.push(each)
  }
  return kept
}

function isWithin(one: Alternative, wider: Alternative): boolean {
  return wider.every(({ skill, min, max }) => {
    const narrow = one.find((each) => each.skill === skill)
    return narrow !== undefined && narrow.min >= min && narrow.max <= max
  })
}

function keyOf(alternative: Alternative): string {
  return alternative.map(({ skill, min, max }) => `${skill}=${min}${max === LEVEL_MAX ? '' : `-${max}`}`).join(' ')
}
