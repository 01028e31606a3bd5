import type { Calendar, Weekday } from '../domain/centre.ts'

const weekdays: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const dayMs = 86_400_000
const formats = new Map<string, Intl.DateTimeFormat>()

/** Whether a calendar is open at that moment, by the clock on the wall of its time zone. A period such as `22:00-06:00` belongs to the day it begins on. */
export function isOpen(calendar: Calendar, nowMs: number): boolean {
  const { day, minutes } = wallClock(nowMs, calendar.timeZone)
  const today = periodsOf(calendar, day).some(({ from, to }) => minutes >= from && (minutes < to || to <= from))
  return today || periodsOf(calendar, day - dayMs).some(({ from, to }) => to <= from && minutes < to)
}

/** The date as UTC midnight of the same name, so that days can be counted without a time zone. */
function wallClock(nowMs: number, timeZone: string): { day: number; minutes: number } {
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(nowMs)
      .map(({ type, value }) => [type, Number(value)])
  )
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? 0
  return { day: Date.UTC(part('year'), part('month') - 1, part('day')), minutes: part('hour') * 60 + part('minute') }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric'
    })
    formats.set(timeZone, format)
  }
  return format
}

function periodsOf(calendar: Calendar, day: number): { from: number; to: number }[] {
  const date = new Date(day)
  const weekday = weekdays[date.getUTCDay()] ?? 'sun'
  const periods = calendar.exceptions[date.toISOString().slice(0, 10)] ?? calendar.weekly[weekday] ?? []
  return periods.map((period) => {
    const [from = '', to = ''] = period.split('-')
    return { from: minutesOf(from), to: minutesOf(to) }
  })
}

function minutesOf(time: string): number {
  const [hours, minutes] = time.trim().split(':')
  return Number(hours) * 60 + Number(minutes)
}
