import type { Command } from './command.ts'

/** Decides no routes of that application any more. */
export const routeRegisterCancel: Command<'routeRegisterCancel'> = ({ app }, { routes }) =>
  routes.cancel(app) ? { ok: true, value: {} } : { ok: false, code: 'ROUTE_NOT_REGISTERED' }
