import type { Centre } from '../../domain/centre.ts'
import type { Viewer } from './viewer.ts'

/** Whether that viewer may decide routes for that application: administrators, and users of the role crm to whom the configuration grants it. */
export function mayRoute({ role, username }: Viewer, app: string, { routeApps }: Centre): boolean {
  const granted = routeApps?.get(app)
  if (granted === undefined) return false
  return role === 'admin' || (role === 'crm' && granted.has(username))
}
