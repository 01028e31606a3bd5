import type { Flow, Shortcut } from '../flow.ts'
import { type Facts, factsOfStep, fieldName, isTarget, targetText } from './facts-of-step.ts'
import type { FlowChange, FlowDifference } from './flow-change.ts'
import { reachOf } from './reach.ts'
import { renamedSteps } from './renamed-steps.ts'

/** What changes for callers from one set of flows to another, by flow in the order of their names. Flows that are the same are left out. */
export function compareFlows(old: readonly Flow[], now: readonly Flow[]): readonly FlowDifference[] {
  const before = new Map(old.map((flow) => [flow.name, flow]))
  const after = new Map(now.map((flow) => [flow.name, flow]))
  const names = [...new Set([...before.keys(), ...after.keys()])].sort()
  return names.flatMap((name): readonly FlowDifference[] => {
    const [one, other] = [before.get(name), after.get(name)]
    if (one === undefined) return [{ flow: name, change: 'added', changes: [] }]
    if (other === undefined) return [{ flow: name, change: 'gone', changes: [] }]
    const changes = compareFlow(one, other)
    return changes.length === 0 ? [] : [{ flow: name, change: 'changed', changes }]
  })
}

/** What changes for callers from one version of a flow to another; texts that say the same in other words of YAML are no change. */
export function compareFlow(old: Flow, now: Flow): readonly FlowChange[] {
  const renamed = renamedSteps(old, now)
  const rename = (name: string) => renamed.get(name) ?? name
  return [
    ...compareFacts('flow', now.name, factsOfFlow(old, rename), factsOfFlow(now)),
    ...compareNamed('shortcut', shortcutFacts(old, rename), shortcutFacts(now)),
    ...[...renamed].map(([before, after]): FlowChange => ({ about: 'step', name: after, change: 'renamed', before, after })),
    ...compareNamed('step', stepFacts(old, rename), stepFacts(now)),
    ...compareReach(old, now, rename)
  ]
}

/** Compared by themselves, or of no concern to callers. */
const apart: ReadonlySet<string> = new Set(['name', 'describe', 'version', 'file', 'shortcuts', 'steps'])

function factsOfFlow(flow: Flow, rename: (name: string) => string = (name) => name): Facts {
  const facts = new Map<string, string>()
  for (const [name, value] of Object.entries(flow) as [string, unknown][]) {
    if (apart.has(name) || value === undefined || value instanceof Set) continue
    if (Array.isArray(value)) facts.set(name, (name === 'numbers' ? value.toSorted() : value).join(', '))
    else if (isTarget(value)) facts.set(fieldName(name), targetText(value, rename))
    else facts.set(fieldName(name), typeof value === 'string' && name !== 'voice' ? rename(value) : JSON.stringify(value))
  }
  return facts
}

function shortcutFacts({ shortcuts }: Flow, rename?: (name: string) => string): ReadonlyMap<string, Facts> {
  return new Map(shortcuts.map((shortcut) => [shortcut.name, factsOfShortcut(shortcut, rename)]))
}

function factsOfShortcut({ when, keys, go, priority, urgent, offer }: Shortcut, rename?: (name: string) => string): Facts {
  const given = {
    when: when?.source,
    keys,
    go: go === undefined ? 'where the caller was cut off' : targetText(go, rename),
    priority,
    urgent: String(urgent),
    accept: offer?.accept
  }
  return new Map(Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])))
}

function stepFacts({ steps }: Flow, rename: (name: string) => string = (name) => name): ReadonlyMap<string, Facts> {
  return new Map([...steps.values()].map((step) => [rename(step.name), factsOfStep(step, rename)]))
}

function compareNamed(
  about: 'shortcut' | 'step',
  old: ReadonlyMap<string, Facts>,
  now: ReadonlyMap<string, Facts>
): readonly FlowChange[] {
  const gone = [...old.keys()].filter((name) => !now.has(name)).map((name): FlowChange => ({ about, name, change: 'gone' }))
  const rest = [...now].flatMap(([name, facts]): readonly FlowChange[] => {
    const before = old.get(name)
    return before === undefined ? [{ about, name, change: 'added' }] : compareFacts(about, name, before, facts)
  })
  return [...gone, ...rest]
}

function compareFacts(about: FlowChange['about'], name: string, old: Facts, now: Facts): readonly FlowChange[] {
  const all = [...new Set([...old.keys(), ...now.keys()])]
  // Of a step that does something else now, only that and where it leads say anything.
  const fields = old.get('kind') === now.get('kind') ? all : all.filter((field) => field === 'kind' || field.startsWith('exit '))
  // Of a branch whose cases have changed, the order goes without saying.
  const same = (field: string) => old.get(field) === now.get(field) || (field === 'order' && !sameExits(old, now))
  return fields
    .filter((field) => !same(field))
    .map((field): FlowChange => {
      const [before, after] = [old.get(field), now.get(field)]
      return {
        about,
        name,
        change: 'changed',
        field,
        ...(before !== undefined && { before }),
        ...(after !== undefined && { after })
      }
    })
}

function sameExits(old: Facts, now: Facts): boolean {
  const exits = (facts: Facts) =>
    [...facts.keys()]
      .filter((field) => field.startsWith('exit '))
      .sort()
      .join('\n')
  return exits(old) === exits(now)
}

/** Ways that have come to an end, or begun: steps that are still there, and what callers get to. */
function compareReach(old: Flow, now: Flow, rename: (name: string) => string): readonly FlowChange[] {
  const [before, after] = [reachOf(old), reachOf(now)]
  const lostSteps = [...before.steps].map(rename).filter((name) => now.steps.has(name) && !after.steps.has(name))
  const lost = [...before.places].filter((place) => !after.places.has(place))
  const won = [...after.places].filter((place) => !before.places.has(place))
  return [
    ...lostSteps.map((name): FlowChange => ({ about: 'reach', name: `step ${name}`, change: 'gone' })),
    ...lost.map((name): FlowChange => ({ about: 'reach', name, change: 'gone' })),
    ...won.map((name): FlowChange => ({ about: 'reach', name, change: 'added' }))
  ]
}
