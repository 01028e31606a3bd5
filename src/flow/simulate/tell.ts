import type { Happening } from './journal.ts'

/** One line of the story of a call, for a person at a terminal. */
export function tell(happening: Happening): string {
  const time = `${(happening.atMs / 1000).toFixed(1).padStart(7)}s  `
  return `${time}${lineOf(happening)}`
}

function lineOf(happening: Happening): string {
  switch (happening.kind) {
    case 'flow':
      return `flow      ${happening.flow}`
    case 'said':
      return `said      ${happening.text}${happening.whole ? '' : ' …'}`
    case 'keys':
      return `keys      ${happening.keys}`
    case 'shortcut':
      return `shortcut  ${happening.name}`
    case 'customer':
      return `customer  ${happening.customer.id} ${happening.customer.name}`.trimEnd()
    case 'tags':
      return `tags      ${happening.tags.join(', ')}`
    case 'language':
      return `language  ${happening.language}`
    case 'request':
      return `request   ${happening.method} ${happening.url}`
    case 'queue':
      return `queue     ${happening.queue} (${happening.priority}${happening.agent === undefined ? '' : `, for ${happening.agent} first`})`
    case 'transfer':
      return `transfer  ${happening.to}`
    case 'route':
      return `route     ${happening.app} is asked`
    case 'recorded':
      return `recorded  ${happening.seconds} s for ${happening.queue}${happening.kept ? '' : ', not kept'}`
    case 'recording':
      return `recording ${happening.order}`
    case 'callback':
      return `callback  ${happening.number} (${happening.queue})`
    case 'step': {
      const { step, kind, exit, detail } = happening.entry
      const how = [exit, detail].filter((word) => word !== undefined && word !== '').join(', ')
      return `step      ${step} (${kind})${how === '' ? '' : `: ${how}`}`
    }
  }
}
