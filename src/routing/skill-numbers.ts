const LEVEL_MAX = 5

/** Numbers in place of the names of skills and levels, so that a decision looks into arrays and hashes no name. */
export class SkillNumbers {
  readonly #firstOf = new Map<string, number>()

  /** That of the skill at level 1; those of its other levels follow. 0 is nobody's. */
  of(skill: string): number {
    const known = this.#firstOf.get(skill)
    if (known !== undefined) return known
    const first = 1 + this.#firstOf.size * LEVEL_MAX
    this.#firstOf.set(skill, first)
    return first
  }
}
