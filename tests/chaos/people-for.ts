import { thirdOf } from './joint-talks.ts'
import { type JointStage, jointStages, type Stage } from './stages.ts'

/** Who takes part in one talk of three, beside the caller. `third`: their user; undefined: somebody outside. */
export interface JointPlan {
  readonly stage: JointStage
  readonly agent: string
  readonly third: string | undefined
}

/** The agents from 1001 on who serve all callers: `users`, then those of `joint`; colleagues follow, and supervisors begin with 2001. */
export function peopleFor(wanted: Readonly<Record<Stage, number>>) {
  const { ringing, talking, 'on hold': held, 'in conference': joined, recorded } = wanted
  const alone = ringing + talking + held + recorded + 2 * joined
  const planned = jointStages.flatMap((stage) => Array.from({ length: wanted[stage] }, () => stage))
  const serving = alone + planned.length
  let [colleagues, supervisors] = [0, 0]
  const nextThird = (stage: JointStage) => {
    const who = thirdOf(stage)
    if (who === 'outside') return undefined
    return String(who === 'colleague' ? 1001 + serving + colleagues++ : 2001 + supervisors++)
  }
  const joint: JointPlan[] = planned.map((stage, n) => ({
    ...{ stage, agent: String(1001 + alone + n) },
    third: nextThird(stage)
  }))
  return { users: Array.from({ length: alone }, (_, n) => String(1001 + n)), joint, serving, colleagues, supervisors }
}
