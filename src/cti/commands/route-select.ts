import type { Command } from './command.ts'

/** Decides where a caller goes. A selection that cannot be carried out ends the question: its caller does not wait for a better one. */
export const routeSelect: Command<'routeSelect'> = ({ routeId, to, priority, skills, data }, { routes }) => {
  const selected = routes.select(routeId, {
    to,
    ...(priority !== undefined && { priority }),
    ...(skills !== undefined && { skills }),
    ...(data !== undefined && { data })
  })
  if (selected.is === 'selected') return { ok: true, value: {} }
  if (selected.is === 'unknown') return { ok: false, code: 'ROUTE_UNKNOWN' }
  return { ok: false, code: 'ROUTE_INVALID', detail: selected.why }
}
