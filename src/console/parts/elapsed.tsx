import { clockText, now } from '../now.ts'

/** How long ago that was, counting. */
export function Elapsed({ since }: { readonly since: number | undefined }) {
  if (since === undefined || since === 0) return <span class="time">–</span>
  return <span class="time">{clockText(now.value - since)}</span>
}
