import type { Command } from './command.ts'

/** Takes part in deciding the routes of an application. */
export const routeRegister: Command<'routeRegister'> = ({ app }, { routes }) => {
  const serving = routes.register(app)
  return serving === undefined ? { ok: false, code: 'NOT_ALLOWED' } : { ok: true, value: { serving } }
}
