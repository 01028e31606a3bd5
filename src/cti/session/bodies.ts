import { idOfPast, type PastContact } from '../../domain/past-contact.ts'
import type { EventBody, Subject, Translation } from '../translate/translation.ts'
import { allowedActions } from '../view/allowed-actions.ts'
import { shownPast, withPast } from '../view/shown-data.ts'
import type { Narrowing, Viewer } from '../view/viewer.ts'
import { maySee } from '../view/visibility.ts'
import { wants } from '../view/wants.ts'

const nothing: readonly PastContact[] = []

/** For one event: what each viewer gets of it, undefined for those who may not see it. Serialised once, and once more per distinct set of allowed actions and past contacts. */
export function bodiesOf({ subject, body }: Translation): (viewer: Viewer) => string | undefined {
  let shared: string | undefined
  const withActions = new Map<string, string>()

  return (viewer) => {
    if (!maySee(viewer, subject) || !hears(viewer, subject, body.type)) return undefined
    shared ??= JSON.stringify(body).slice(1, -1)
    const mark = markOf(viewer, subject, body.type)
    if (subject.kind !== 'call') return mark + shared

    const actions = allowedActions(viewer, subject.call)
    const data = 'data' in body ? body.data : undefined
    const past = data === undefined ? nothing : shownPast(viewer, subject.call)
    const key = past.length === 0 ? actions.join() : `${actions.join()} ${past.map(idOfPast).join()}`
    const known = withActions.get(key)
    if (known !== undefined) return mark + known
    const told =
      past.length === 0 || data === undefined ? shared : JSON.stringify({ ...body, data: withPast(data, past) }).slice(1, -1)
    const whole = `${told},"allowed":${JSON.stringify(actions)}`
    withActions.set(key, whole)
    return mark + whole
  }
}

/** Whether one of its filters wants events of that name about that. */
function hears({ wanted }: Viewer, subject: Subject, type: EventBody['type']): boolean {
  return wanted?.some((one) => wantsEvent(one, subject, type)) ?? true
}

/** Which of the monitors that it has started want it. */
function markOf({ marks }: Viewer, subject: Subject, type: EventBody['type']): string {
  if (marks.length === 0) return ''
  const ids = marks.filter((one) => wantsEvent(one, subject, type)).map(({ id }) => id)
  return ids.length === 0 ? '' : `"monitors":${JSON.stringify(ids)},`
}

function wantsEvent(one: Narrowing, subject: Subject, type: EventBody['type']): boolean {
  return (one.events?.has(type) ?? true) && wants(one, subject)
}
