import type { Flow } from '../flow.ts'
import { factsOfStep } from './facts-of-step.ts'

/** Old name → new name of steps that are the same but for their names. Where two are alike nobody can say which is which: then none is. */
export function renamedSteps(old: Flow, now: Flow): ReadonlyMap<string, string> {
  const gone = alike(old, now)
  const added = alike(now, old)
  const renamed = new Map<string, string>()
  for (const [look, names] of gone) {
    const others = added.get(look)
    const [before, after] = [names[0], others?.[0]]
    if (names.length === 1 && others?.length === 1 && before !== undefined && after !== undefined) renamed.set(before, after)
  }
  return renamed
}

/** The steps of one flow that the other has not, by how they look: where they lead is left out, as that may have been renamed as well. */
function alike(flow: Flow, other: Flow): ReadonlyMap<string, readonly string[]> {
  const byLook = new Map<string, string[]>()
  for (const step of flow.steps.values()) {
    if (other.steps.has(step.name)) continue
    const look = JSON.stringify(
      [...factsOfStep(step)].map(([field, value]) => (field.startsWith('exit ') ? field : [field, value]))
    )
    byLook.set(look, [...(byLook.get(look) ?? []), step.name])
  }
  return byLook
}
