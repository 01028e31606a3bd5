import { randomUUID } from 'node:crypto'
import { Attendance } from '../calls/offers/attendance.ts'
import { Distribution } from '../calls/offers/distribution.ts'
import type { Centre } from '../domain/centre.ts'
import type { EventBus } from '../domain/event-bus.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Closing } from './closing.ts'

interface Around {
  /** As it is now. */
  readonly centre: Centre
  readonly clock: Clock
  readonly bus: EventBus
  readonly log: Log
  readonly closing: Closing
}

/** Who gets which caller, and what becomes of agents whose desk is lost. */
export function openDistribution({ centre, clock, bus, log, closing }: Around): Distribution {
  const { queues, agents, choices, order } = centre
  const distribution = new Distribution({ queues, agents, choices, order, clock, publish: bus.publish, newId: randomUUID, log })
  closing.add('distribution', { close: async () => distribution.dispose() })
  const attendance = new Attendance({ rules: () => centre.absence ?? {}, distribution, clock, log })
  bus.listen(attendance.listener)
  closing.add('attendance', { close: async () => attendance[Symbol.dispose]() })
  return distribution
}
