import type { Frame } from '../conversation.ts'
import { valueUnfit } from '../faults.ts'
import type { TagStep } from '../step.ts'
import { onward, type StepEnd } from '../step-end.ts'
import { isTag } from '../tag-name.ts'

/** More would be data, and data goes by `attach`. */
const tagsMax = 50

/** Gives the call names, to be found and counted by. One that it has already is not given twice. */
export function runTag(step: TagStep, frame: Frame): StepEnd {
  const { call, secrets, trace } = frame.talk
  const tags = [...call.tags]
  for (const template of step.tags) {
    const tag = secrets.redact(template.evaluate(frame.scope))
    if (!isTag(tag)) throw valueUnfit(step.name, 'a tag')
    if (!tags.includes(tag)) tags.push(tag)
  }
  if (tags.length > tagsMax) throw valueUnfit(step.name, `no more than ${tagsMax} tags`)

  if (tags.length > call.tags.length) {
    call.tags = tags
    trace.tagged(tags)
  }
  return onward(step.next)
}
