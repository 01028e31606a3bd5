import { say } from '../words.ts'

/** How loud it is, 0 … 1. */
export function LevelMeter({ level }: { readonly level: number }) {
  return <meter class="level" min={0} max={1} value={level} aria-label={say('heard')} />
}
