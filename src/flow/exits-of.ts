import type { Flow } from './flow.ts'
import type { Step } from './step.ts'
import type { Target } from './target.ts'

export interface Exit {
  readonly name: string
  readonly to: Target
  /**
   * - caller: somebody pressed a key, or time was spent with music or a person.
   * - silence: the caller said nothing for a while.
   * - none: at once.
   */
  readonly waits: 'caller' | 'silence' | 'none'
}

const unhurried: ReadonlySet<string> = new Set([
  'answered',
  'timeout',
  'left',
  'callback',
  'withdrawn',
  'completed',
  'busy',
  'no_answer'
])

/** Kinds for which a failure, or an exit that is left out, is everyday news: they use the flow's `on_error` as an exit. */
const failsEasily: ReadonlySet<Step['kind']> = new Set([
  'request',
  'customer',
  'queue',
  'transfer',
  'route',
  'record',
  'callback'
])

/** The exit of a `split` that leads there. */
export function wayName(to: Target): string {
  return to.kind === 'step' ? to.step : `flow ${to.flow}`
}

/** All ways out of a step that its flow states. */
export function exitsOf(step: Step, flow: Partial<Pick<Flow, 'onError' | 'afterHangup'>>): readonly Exit[] {
  const exits: Exit[] = []
  const add = (name: string, to: Target | undefined, waits: Exit['waits'] = 'none') => {
    if (to !== undefined) exits.push({ name, to, waits })
  }
  switch (step.kind) {
    case 'menu':
      for (const [keys, to] of step.choices) add(keys, to, 'caller')
      break
    case 'collect':
      add('then', step.next, 'caller')
      break
    case 'branch':
      for (const { when, go } of step.cases) add(when.source, go)
      add('else', step.otherwise)
      break
    case 'split':
      for (const { go } of step.ways) add(wayName(go), go)
      break
    case 'customer':
      add('found', step.found)
      add('not_found', step.notFound)
      add('then', step.next)
      break
    case 'hours':
      add('open', step.open)
      add('closed', step.closed)
      break
    case 'queue':
    case 'transfer':
    case 'route':
    case 'callback':
      for (const [name, to] of Object.entries(step.exits)) add(name, to, unhurried.has(name) ? 'caller' : 'none')
      break
    case 'record':
      add('recorded', step.exits.recorded, 'caller')
      // Who says nothing here has said nothing at all.
      add('too_short', step.exits.too_short, 'silence')
      break
    case 'go':
      add('go', step.go)
      break
    case 'run':
      // What the other flow does is not known here; one that never waits is stopped by the limit of steps.
      add('then', step.next, 'caller')
      break
    case 'hangup':
      break
    default:
      add('then', step.next)
  }
  if (step.kind === 'menu' || step.kind === 'collect') {
    add('no_input', step.noInput.go, 'silence')
    add('no_match', step.noMatch.go, 'caller')
  }
  add(
    'on_error',
    step.onError ?? (failsEasily.has(step.kind) && flow.afterHangup?.has(step.name) !== true ? flow.onError : undefined)
  )
  return exits
}
