import { exitsOf } from '../exits-of.ts'
import type { Flow, Shortcut } from '../flow.ts'
import type { Step } from '../step.ts'
import type { Target } from '../target.ts'

/** Texts on arrows are cut beyond this: a condition may be long. */
const LABEL_MAX = 60

/** A flow as a Mermaid flowchart: steps are boxes, exits are labelled arrows, shortcuts come in by thick ones. */
export function flowGraph(flow: Flow): string {
  const ids = new Map([...flow.steps.keys()].map((name, index) => [name, `s${index}`]))
  const others = new Map<string, string>()
  const idOf = (to: Target): string => {
    if (to.kind === 'step') return ids.get(to.step) ?? 'unknown'
    const known = others.get(to.flow) ?? `f${others.size}`
    others.set(to.flow, known)
    return known
  }

  const arrows = [`  entry([${quoted(entryOf(flow))}]) --> ${idOf({ kind: 'step', step: flow.start })}`]
  for (const [index, shortcut] of flow.shortcuts.entries()) arrows.push(shortcutArrow(shortcut, index, idOf))
  if (flow.onHangup !== undefined)
    arrows.push(`  left{{${quoted('the caller has left')}}} -.-> ${idOf({ kind: 'step', step: flow.onHangup })}`)
  for (const step of flow.steps.values()) {
    for (const { name, to, waits } of exitsOf(step, flow)) {
      const arrow = waits === 'silence' || name === 'on_error' || name === 'no_match' ? '-.->' : '-->'
      const label = name === 'then' || name === 'go' ? '' : `|${quoted(name)}|`
      arrows.push(`  ${ids.get(step.name)} ${arrow}${label} ${idOf(to)}`)
    }
    if (step.kind === 'run')
      arrows.push(`  ${ids.get(step.name)} -.->|${quoted('runs')}| ${idOf({ kind: 'flow', flow: step.flow })}`)
  }
  const boxes = [...flow.steps.values()].map((step) => `  ${ids.get(step.name)}${boxOf(step)}`)
  const flows = [...others].map(([name, id]) => `  ${id}[[${quoted(`flow ${name}`)}]]`)
  return `${['flowchart TD', ...boxes, ...flows, ...arrows].join('\n')}\n`
}

function shortcutArrow({ name, when, keys, go }: Shortcut, index: number, idOf: (to: Target) => string): string {
  const how = [...(keys === undefined ? [] : [`keys ${keys}`]), ...(when === undefined ? [] : [when.source])].join(' or ')
  const to = go === undefined ? 'resumed(["where the caller was cut off"])' : idOf(go)
  return `  k${index}{{${quoted(`shortcut ${name}`)}}} ==>|${quoted(how)}| ${to}`
}

function entryOf({ name, numbers }: Flow): string {
  return numbers.length === 0 ? name : `${name}: ${numbers.join(', ')}`
}

/** Questions are diamonds, ends and people round, everything else square. */
function boxOf(step: Step): string {
  const text = quoted(`${step.name}\n${subjectOf(step)}`)
  switch (step.kind) {
    case 'menu':
    case 'branch':
    case 'split':
    case 'hours':
      return `{${text}}`
    case 'queue':
    case 'transfer':
    case 'hangup':
      return `([${text}])`
    default:
      return `[${text}]`
  }
}

function subjectOf(step: Step): string {
  switch (step.kind) {
    case 'queue':
      return `queue ${step.queue}`
    case 'record':
      return `record for ${step.queue}`
    case 'hours':
      return `hours ${step.calendar}`
    case 'callback':
      return step.queue === undefined ? 'callback' : `callback ${step.queue}`
    case 'route':
      return `route by ${step.app}`
    case 'run':
      return `run ${step.flow}`
    default:
      return step.kind
  }
}

/** A text as Mermaid takes it inside of quotes: `#quot;` and its like are its own escapes. */
function quoted(text: string): string {
  const short = text.length > LABEL_MAX ? `${text.slice(0, LABEL_MAX - 1)}…` : text
  const escaped = short
    .replace(/#/g, '#35;')
    .replace(/"/g, '#quot;')
    .replace(/</g, '#lt;')
    .replace(/>/g, '#gt;')
    .replace(/\n/g, '<br/>')
  return `"${escaped}"`
}
