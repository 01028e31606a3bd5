import { signal } from '@preact/signals'

/** The clock of the server, as soon as there is one: all that is shown as "since" was stamped there. */
let clock: () => number = Date.now

/** The time, once a second: whatever reads it on the page counts on. */
export const now = signal(Date.now())
setInterval(() => {
  now.value = serverTime()
}, 1000)

/** The time at the server, as well as we know it. */
export function serverTime(): number {
  return clock()
}

/** Goes by that clock from now on. */
export function setClock(next: () => number): void {
  clock = next
}

/** Minutes and seconds, with hours where there are any. */
export function clockText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${two(minutes)}:${two(seconds % 60)}`
}
