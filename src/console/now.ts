import { signal } from '@preact/signals'

/** How far the clock of the server is ahead of ours: all that is shown as "since" was stamped there. */
let ahead = 0

/** The time, once a second: whatever reads it on the page counts on. */
export const now = signal(Date.now())
setInterval(() => {
  now.value = serverTime()
}, 1000)

/** The time at the server, as well as we know it. */
export function serverTime(): number {
  return Date.now() + ahead
}

/** The server's clock said `time` in the middle of the `roundTripMs` that have just passed. */
export function setServerTime(time: number, roundTripMs: number): void {
  ahead = time + roundTripMs / 2 - Date.now()
}

/** Minutes and seconds, with hours where there are any. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`
}
