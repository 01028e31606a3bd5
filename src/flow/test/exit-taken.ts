import type { PathEntry } from '../../domain/screen-pop.ts'

/** How the trace says it, as the flow writes it: what is plainly gone on from is `then`, and a fault is `on_error`. */
const inTheFlow: Readonly<Record<string, string>> = {
  skipped: 'then',
  interrupted: 'then',
  answer: 'then',
  returned: 'then',
  created: 'then',
  known: 'then',
  updated: 'then',
  error: 'on_error'
}

/** The exit by which a step was left, by the name that the flow gives it. */
export function exitTaken({ kind, exit, detail }: PathEntry): string {
  if (kind === 'go') return 'go'
  if (exit === undefined) return 'then'
  if (kind === 'branch' && exit === 'when') return detail ?? exit
  return inTheFlow[exit] ?? exit
}
