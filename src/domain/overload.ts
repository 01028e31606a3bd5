/** What a caller hears for whom there is no room: 503 to their network, a busy tone, or words before the busy tone. */
export const shedAnswers = ['refuse', 'busy', 'announce'] as const
export type ShedAnswer = (typeof shedAnswers)[number]

/** When callers are turned away so that those who are served already stay so. */
export interface OverloadRules {
  /** Calls in progress; with so many, one more is shed. Unset: as many as there are ports for audio. */
  readonly callsMax?: number
  /** Numbers dialled that are let in whatever the load; a trailing `*` stands for any digits. */
  readonly emergency: readonly string[]
  /** Calls to those numbers that fit in beside `callsMax`. */
  readonly emergencyReserve: number
  readonly answer: ShedAnswer
  /** So many callers a second are let in however great the strain is. */
  readonly leastPerSecond: number
  /** Strain is an event loop, or a command to Asterisk, that is held up for longer. */
  readonly loopDelayMs: number
  readonly commandDelayMs: number
}

/** Rules that turn nobody away for strain at less than ten callers a second. */
export const defaultOverload: OverloadRules = {
  emergency: [],
  emergencyReserve: 50,
  answer: 'refuse',
  leastPerSecond: 10,
  loopDelayMs: 150,
  commandDelayMs: 300
}

/** How held up we were, each the worst of the time since the last look. */
export interface Strain {
  readonly loopDelayMs: number
  readonly commandDelayMs: number
}

/** Calls that may be in progress: those of ordinary callers, and all with emergencies. */
export interface Places {
  readonly ordinary: number
  readonly all: number
}

/** Emergencies are not to take more than this share of what there is for all. */
const RESERVE_SHARE = 0.25

/**
 * How many calls fit in, by the rules and by `audible`: so many can be heard, as each takes ports. That limit is no rule, so what is reserved for
 * emergencies lies within it.
 */
export function placesOf(
  { callsMax = Number.POSITIVE_INFINITY, emergency, emergencyReserve }: OverloadRules,
  audible: number
): Places {
  const reserve = emergency.length === 0 ? 0 : emergencyReserve
  const within = audible === Number.POSITIVE_INFINITY ? 0 : Math.min(reserve, Math.floor(audible * RESERVE_SHARE))
  return { ordinary: Math.min(callsMax, audible - within), all: Math.min(callsMax + reserve, audible) }
}

export function isEmergency(dialed: string, { emergency }: OverloadRules): boolean {
  return emergency.some((number) => (number.endsWith('*') ? dialed.startsWith(number.slice(0, -1)) : dialed === number))
}
