import { AppError } from '../../../domain/errors.ts'
import type { PromptPart } from '../../../domain/ports/prompts.ts'
import { type Saying, say } from '../../../domain/saying.ts'
import { calendarDateOf, timeOfDayOf } from '../../../domain/wall-clock.ts'
import { textOf } from '../expressions/templates.ts'
import { duration, millisecondsOf } from '../schema/value-schemas.ts'

/** How the value of a spoken kind is written, and the part it makes. */
export interface SpokenValue {
  /** As CEL calls them. */
  readonly types: readonly string[]
  /** After "must be". */
  readonly needs: Saying
  readonly hint?: Saying
  /** Undefined: the value does not fit. `fixed`: it stands in the file, so more can be asked of it. */
  make(value: unknown, fixed: boolean): PromptPart | undefined
}

const texts = ['string', 'dyn'] as const
const numbers = ['double', 'int', 'dyn'] as const

/** Kinds of prompt parts that are made of one value which not every text or number fits. */
export const spokenValues: Readonly<Record<'date' | 'time' | 'duration' | 'phone' | 'ordinal' | 'count', SpokenValue>> = {
  date: {
    types: texts,
    needs: say`a date, such as 2026-11-22`,
    make: (value) => {
      const iso = textOf(value)
      return calendarDateOf(iso) && { kind: 'date', iso }
    }
  },
  time: {
    types: texts,
    needs: say`a time of the day, such as "17:05"`,
    hint: say`a length of time is said with { duration: … }`,
    make: (value) => {
      const iso = textOf(value)
      return timeOfDayOf(iso) && { kind: 'time', iso }
    }
  },
  duration: {
    types: texts,
    needs: say`a time with its unit, such as 90s or 2m`,
    hint: say`put the unit behind the expression: "\${x}s"`,
    make: (value) => {
      const text = textOf(value)
      return duration.safeParse(text).success ? { kind: 'duration', ms: millisecondsOf(text) } : undefined
    }
  },
  phone: {
    types: texts,
    needs: say`a phone number, as a text`,
    hint: say`put the number in quotes: as a number it would lose its leading zeros`,
    make: (value, fixed) => {
      const number = textOf(value)
      // A caller who withholds their number is `anonymous` or nobody: nothing is said then, and the call goes on.
      return /^[\w+*#() ./-]*$/.test(number) && (/\d/.test(number) || !fixed) ? { kind: 'phone', number } : undefined
    }
  },
  ordinal: {
    types: numbers,
    needs: say`a whole number from 1`,
    make: (value) => (isWhole(value) && value >= 1 ? { kind: 'ordinal', value } : undefined)
  },
  count: {
    types: numbers,
    needs: say`a whole number from 0`,
    make: (value) => (isWhole(value) && value >= 0 ? { kind: 'count', value } : undefined)
  }
}

/** The part of that value; throws FLOW_VALUE when it does not fit. */
export function spokenPart({ needs, make }: SpokenValue, value: unknown, fixed: boolean): PromptPart {
  const part = make(typeof value === 'bigint' ? Number(value) : value, fixed)
  if (part !== undefined) return part
  throw new AppError('FLOW_VALUE', 'flow', 'An expression gave a value that does not fit its place', { details: { needs } })
}

/** Up to what is said as a quantity. */
function isWhole(value: unknown): value is number {
  return Number.isInteger(value) && Math.abs(value as number) <= 1_000_000_000_000
}
