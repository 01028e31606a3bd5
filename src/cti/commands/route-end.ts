import type { Command } from './command.ts'

/** Leaves a caller to the default. */
export const routeEnd: Command<'routeEnd'> = ({ routeId }, { routes }) =>
  routes.decline(routeId) ? { ok: true, value: {} } : { ok: false, code: 'ROUTE_UNKNOWN' }
