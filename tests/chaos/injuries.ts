import type { SeededRandom } from '../helpers/seeded-random.ts'
import { type ChaosAgents, phoneGroups } from './chaos-agents.ts'
import type { ChaosCallers } from './chaos-callers.ts'
import type { ChaosCentre } from './chaos-centre.ts'

export interface Place {
  readonly centre: ChaosCentre
  readonly agents: ChaosAgents
  readonly callers: ChaosCallers
  readonly chance: SeededRandom
}

interface Injury {
  /** How long it lasts, seconds: one of these by chance. Those that do not fit into the time that is left are not taken. */
  readonly seconds: readonly number[]
  /** Does it; the result makes it good. */
  readonly begin: (place: Place) => Promise<() => Promise<void>>
}

const group = ({ chance }: Place) => chance.below(phoneGroups.length)

/** Another system answers in that way for a while. */
const service = (which: 'bank' | 'speech', health: 'dead' | 'slow' | 'wrong'): Injury => ({
  seconds: [4, 8, 12],
  async begin({ centre }) {
    centre[which].health = health
    return async () => {
      centre[which].health = 'well'
    }
  }
})

/** A wire on which nobody was would prove nothing. */
const cutOff = (wire: 'ari' | 'desks', seconds: readonly number[]): Injury => ({
  seconds,
  async begin({ centre: { wires } }) {
    if (wires[wire].connections === 0) throw new Error(`Nobody was connected over the wire that was cut: ${wire}`)
    wires[wire].cut()
    return async () => wires[wire].mend()
  }
})

/** All that can be done to a centre, by name. */
export const injuries = {
  'asterisk-killed': {
    seconds: [1, 2, 4],
    async begin({ centre, callers }) {
      await centre.asterisk.kill()
      callers.lineDied()
      return () => centre.asterisk.start()
    }
  },
  'ari-cut': cutOff('ari', [1]),
  'ari-cut-10': cutOff('ari', [10]),
  'ari-cut-60': cutOff('ari', [60]),
  // Nothing passes, and nobody is told.
  'ari-dead': {
    seconds: [8, 20],
    async begin({ centre }) {
      centre.wires.ari.freeze()
      return async () => {
        // What was swallowed is lost: a connection cannot go on from there.
        centre.wires.ari.cut()
        centre.wires.ari.mend()
      }
    }
  },
  'database-down': {
    seconds: [4, 15, 60, 180, 600],
    async begin({ centre }) {
      await centre.postgres.stop()
      return () => centre.postgres.start()
    }
  },
  'speech-dead': service('speech', 'dead'),
  'speech-slow': service('speech', 'slow'),
  'bank-dead': service('bank', 'dead'),
  'bank-slow': service('bank', 'slow'),
  'bank-wrong': service('bank', 'wrong'),
  'phones-killed': {
    seconds: [1, 3, 8],
    async begin(place) {
      const gone = group(place)
      await place.agents.killPhones(gone)
      return () => place.agents.startPhones(gone)
    }
  },
  'phones-frozen': {
    seconds: [2, 6, 15],
    async begin(place) {
      const frozen = group(place)
      place.agents.freezePhones(frozen)
      return async () => place.agents.thawPhones(frozen)
    }
  },
  'desks-cut': cutOff('desks', [1, 4, 10]),
  'disk-full': {
    seconds: [3, 8, 15],
    async begin({ centre }) {
      await centre.disk.fill(centre.server.pid)
      return () => centre.disk.free()
    }
  },
  'clock-jump': {
    seconds: [2, 5],
    async begin({ centre, chance }) {
      const setClockBy = chance.pick([3_600_000, -3_600_000, 60_000, -60_000])
      if ((await centre.server.figures({ setClockBy })) === undefined) throw new Error('There was no server whose clock is set')
      return async () => void (await centre.server.figures({ setClockBy: -setClockBy }))
    }
  },
  'server-killed': {
    seconds: [0.2, 1, 4],
    async begin({ centre }) {
      await centre.server.kill()
      return () => centre.server.start()
    }
  },
  // The next server has to begin without it.
  'killed-without-database': {
    seconds: [1, 6, 30],
    async begin({ centre }) {
      await centre.postgres.stop()
      await centre.server.kill()
      await centre.server.start()
      return () => centre.postgres.start()
    }
  }
} as const satisfies Record<string, Injury>

export type InjuryName = keyof typeof injuries
export const injuryNames = Object.keys(injuries) as InjuryName[]
/** Those that make the database come back. */
export const databaseInjuries: readonly InjuryName[] = ['database-down', 'killed-without-database']

/** An injury that was done. Times by the clock of this machine, milliseconds. */
export interface Done {
  readonly name: InjuryName
  readonly beganAt: number
  /** It was made good, not: all is well again. */
  healedAt?: number
  /** All was well again. */
  wellAt?: number
}

/** All injuries in a random order, again and again: each comes before one comes twice. */
export function* shuffled(names: readonly InjuryName[], chance: SeededRandom): Generator<InjuryName, never> {
  for (;;) {
    const left = [...names]
    while (left.length > 0) yield left.splice(chance.below(left.length), 1)[0] as InjuryName
  }
}
