/** A day as a calendar shows it, in no time zone in particular. */
export interface CalendarDate {
  readonly year: number
  /** 1 to 12. */
  readonly month: number
  readonly day: number
}

/** A time as a clock on the wall shows it. */
export interface TimeOfDay {
  /** 0 to 23. */
  readonly hours: number
  readonly minutes: number
}

// RFC 3339 §5.6, seconds and offset left out at will.
const TIME = String.raw`([01]\d|2[0-3]):([0-5]\d)(?::[0-5]\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?`
const DATE = String.raw`(\d{4})-(\d{2})-(\d{2})`
const dateFirst = new RegExp(`^${DATE}(?:[T ]${TIME})?$`)
const timeLast = new RegExp(`^(?:${DATE}[T ])?${TIME}$`)

/** The day of `2026-11-22` or `2026-11-22T09:05:00+08:00`. Undefined when there is no such day. */
export function calendarDateOf(text: string): CalendarDate | undefined {
  const [, year, month, day] = (dateFirst.exec(text) ?? []).map(Number)
  if (year === undefined || month === undefined || day === undefined) return undefined
  const lastDay = daysOf(year, month)
  return lastDay !== undefined && day >= 1 && day <= lastDay ? { year, month, day } : undefined
}

/** The time of `09:05`, `09:05:30` or `2026-11-22T09:05:00+08:00`. Undefined when there is no such time. */
export function timeOfDayOf(text: string): TimeOfDay | undefined {
  const found = timeLast.exec(text)
  if (found === null) return undefined
  const [hours, minutes] = [Number(found[4]), Number(found[5])]
  return found[1] !== undefined && calendarDateOf(text) === undefined ? undefined : { hours, minutes }
}

function daysOf(year: number, month: number): number | undefined {
  const isLeap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
  return [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1]
}
