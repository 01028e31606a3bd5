import { randomUUID } from 'node:crypto'
import { RouteBook } from '../../src/cti/route-book.ts'
import type { SessionRoutes } from '../../src/cti/session/session-routes.ts'
import { realClock } from './real-clock.ts'

/** A route book in real time; 95588 is the only number of ours. */
export function someRoutes(): RouteBook {
  return new RouteBook({ clock: realClock, newId: randomUUID, isOwnNumber: (number) => number === '95588' })
}

/** For sessions that decide no routes. */
export const noRoutes: SessionRoutes = {
  register: () => undefined,
  cancel: () => false,
  select: () => ({ is: 'unknown' }),
  decline: () => false
}
