import type { RouteAnswer } from '../../domain/ports/routes.ts'
import { routeProblem, type Selection } from '../../domain/route-problem.ts'
import type { CtiOptions } from '../cti-world.ts'
import type { CallView } from '../messages.ts'
import type { RouteClient, RouteTold } from '../route-book.ts'
import { mayRoute } from '../view/may-route.ts'
import { viewFor } from '../view/shown-data.ts'
import { maySeeCall } from '../view/visibility.ts'
import type { Session } from './session.ts'
import type { Sessions } from './sessions.ts'

/** What came of a selection; an invalid one ends the question as well. */
export type Selecting =
  | { readonly is: 'selected' }
  | { readonly is: 'unknown' }
  | { readonly is: 'invalid'; readonly why: string }

/** The routes of one session: what it may decide, and what it is asked. */
export interface SessionRoutes {
  /** Whether it serves now; otherwise it stands by. Undefined: it may not. */
  register(app: string): boolean | undefined
  /** False: it was not registered. */
  cancel(app: string): boolean
  /** `unknown`: it was not asked that, or it is over. */
  select(routeId: string, selection: Selection): Selecting
  /** False: it was not asked that, or it is over. */
  decline(routeId: string): boolean
}

/** The route book as that session may use it. */
export function routesOf(session: Session, sessions: Sessions, options: CtiOptions): SessionRoutes {
  const { routes, centre } = options
  const client: RouteClient = {
    id: session.id,
    // Whoever reads too slowly would not see the question in time.
    mayServe: (app) => session.attached && session.dropped === 0 && mayRoute(session.viewer, app, centre),
    tell: (event) => tell(event, session, sessions, options)
  }
  const answer = (routeId: string, given: RouteAnswer) => routes.answer(session.id, routeId, given)
  return {
    register: (app) => (mayRoute(session.viewer, app, centre) ? routes.register(client, app) : undefined),
    cancel: (app) => routes.cancel(session.id, app),
    select(routeId, selection) {
      if (!routes.isAsked(session.id, routeId)) return { is: 'unknown' }
      const why = routeProblem(selection, centre, routes.isOwnNumber)
      answer(routeId, why === undefined ? { exit: 'selected', ...selection } : { exit: 'default', why: 'invalid' })
      return why === undefined ? { is: 'selected' } : { is: 'invalid', why }
    },
    decline: (routeId) => answer(routeId, { exit: 'default', why: 'declined' })
  }
}

/** To this session alone, whatever events its filter names: it has asked for it by registering. */
function tell(event: RouteTold, session: Session, sessions: Sessions, options: CtiOptions): void {
  const now = options.clock.now()
  const call = event.type === 'routeRequest' ? callOf(event.callId, session, options) : undefined
  const { type, ...rest } = event
  const body = { type, time: new Date(now).toISOString(), ...rest, ...(call !== undefined && { call }) }
  sessions.tell(session, JSON.stringify(body).slice(1, -1), now)
}

/** The call, if this client sees it: a grant to decide routes is none to see more. */
function callOf(callId: string, { viewer }: Session, { board }: CtiOptions): CallView | undefined {
  const call = board.calls.get(callId)
  if (call === undefined || !maySeeCall(viewer, call)) return undefined
  return viewFor(viewer, call)
}
