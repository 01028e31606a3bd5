import { allowedActions } from './allowed-actions.ts'
import type { Translation } from './translation.ts'
import type { Viewer } from './viewer.ts'
import { maySee } from './visibility.ts'

/** For one event: what each viewer gets of it, undefined for those who may not see it. Serialised once, and once more per distinct set of allowed actions. */
export function bodiesOf({ subject, body }: Translation): (viewer: Viewer) => string | undefined {
  let shared: string | undefined
  const withActions = new Map<string, string>()

  return (viewer) => {
    if (viewer.monitor?.events?.has(body.type) === false || !maySee(viewer, subject)) return undefined
    shared ??= JSON.stringify(body).slice(1, -1)
    if (subject.kind !== 'call') return shared

    const actions = allowedActions(viewer, subject.call)
    const key = actions.join()
    const known = withActions.get(key)
    if (known !== undefined) return known
    const whole = `${shared},"allowed":${JSON.stringify(actions)}`
    withActions.set(key, whole)
    return whole
  }
}
