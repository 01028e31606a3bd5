import { AppError } from '../../domain/errors.ts'
import type { Frame } from '../conversation.ts'
import { wayName } from '../exits-of.ts'
import type { SplitStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'

/** Goes one of several ways by chance. */
export async function runSplit(step: SplitStep, frame: Frame): Promise<StepEnd> {
  const { world } = frame.talk
  const names = step.ways.map(({ go }) => wayName(go))
  const chosen =
    world.chooseWay === undefined ? drawn(step, world.random()) : names.indexOf(await world.chooseWay(step.name, names))
  const way = step.ways[chosen]
  if (way === undefined)
    throw new AppError('FLOW_WAY_UNKNOWN', 'client', 'A split step was told to go a way that it does not have')
  return onward(way.go, names[chosen], `${way.percent} %`)
}

/** The way in whose share the number falls. Sums of decimal fractions may miss 100 by a hair: the last way takes what is left. */
function drawn({ ways }: SplitStep, random: number): number {
  let left = random * 100
  const found = ways.findIndex(({ percent }) => {
    left -= percent
    return left < 0
  })
  return found === -1 ? ways.length - 1 : found
}
