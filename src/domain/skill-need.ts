/**
 * What a call asks of an agent. Each skill with its least level, and `all`, `any` and `not` of such needs; what stands
 * beside each other is asked for together: `{ card: 3, any: [{ mandarin: 2 }, { english: 4 }], not: { trainee: 1 } }`.
 * No skill can have the name of one of the three words.
 */
export interface SkillNeed {
  readonly [skill: string]: number | SkillNeed | readonly SkillNeed[]
}

/** The words of a need that are not skills. */
export const needWords: readonly string[] = ['all', 'any', 'not']

/** The part of a need that names a skill, and the way to it. */
export interface NamedSkill {
  readonly skill: string
  readonly path: readonly (string | number)[]
}

/** Every place of a need where a skill is named. */
export function skillsNamed(need: SkillNeed, path: readonly (string | number)[] = []): NamedSkill[] {
  return Object.entries(need).flatMap(([key, value]): NamedSkill[] => {
    const here = [...path, key]
    if (typeof value === 'number') return [{ skill: key, path: here }]
    if (isList(value)) return value.flatMap((part, index) => skillsNamed(part, [...here, index]))
    return skillsNamed(value, here)
  })
}

export function isList(value: SkillNeed | readonly SkillNeed[]): value is readonly SkillNeed[] {
  return Array.isArray(value)
}
