import type { FlowChange, FlowDifference } from './flow-change.ts'

/** Differences for a person at a terminal; ends with its line, or is empty when there are none. */
export function tellDifferences(differences: readonly FlowDifference[]): string {
  return differences
    .map(({ flow, change, changes }) => {
      if (change !== 'changed') return `flow ${flow}: ${change === 'added' ? 'new' : 'gone'}\n`
      return `flow ${flow}\n${changes.map((each) => `  ${tell(each)}\n`).join('')}`
    })
    .join('\n')
}

/** One change in a line. */
function tell({ about, name, change, field, before, after }: FlowChange): string {
  if (about === 'reach') return change === 'gone' ? `! no longer reached: ${name}` : `+ now reached: ${name}`
  const what = about === 'flow' ? '' : `${about} ${name}`
  if (change === 'added') return `+ ${what}`
  if (change === 'gone') return `- ${what}`
  if (change === 'renamed') return `~ step ${before} is now called ${after}`
  const head = `~ ${what === '' ? '' : `${what}: `}${field}`
  if (before === undefined || before === '') return `${head}: ${after} (new)`
  if (after === undefined || after === '') return `${head}: ${before} (gone)`
  // Long texts one below the other, so that the eye finds the difference.
  return before.length + after.length > 60 ? `${head}\n      - ${before}\n      + ${after}` : `${head}: ${before} → ${after}`
}
