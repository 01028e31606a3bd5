import type { Peaks } from '../http-client.ts'
import { say } from '../words.ts'

/** As many as can be told apart on a screen. */
const COLUMNS = 240
const HALF = 24

interface Props {
  readonly peaks: Peaks
  readonly at: number
  seek(share: number): void
}

/** How loud both sides were, the caller above, the agent below, and where in it we are. */
export function Waveform({ peaks, at, seek }: Props) {
  const [above = [], below = above] = peaks.channels.map(columnsOf)
  return (
    <div class="waveform">
      <svg viewBox={`0 0 ${COLUMNS} ${2 * HALF}`} preserveAspectRatio="none" aria-hidden="true">
        <path class="caller" d={pathOf(above, -1)} />
        <path class="agent" d={pathOf(below, 1)} />
        <rect class="played" x={0} y={0} width={at * COLUMNS} height={2 * HALF} />
      </svg>
      <input
        type="range"
        aria-label={say('recordingPosition')}
        min={0}
        max={100}
        step={1}
        value={Math.round(at * 100)}
        onInput={(event) => seek(Number(event.currentTarget.value) / 100)}
      />
    </div>
  )
}

/** The loudest of what falls into each column. */
function columnsOf(windows: readonly number[]): readonly number[] {
  const per = Math.max(1, windows.length / COLUMNS)
  return Array.from({ length: Math.ceil(windows.length / per) }, (_, at) =>
    Math.max(0, ...windows.slice(Math.floor(at * per), Math.floor((at + 1) * per)))
  )
}

/** Bars from the middle, upwards or downwards. */
function pathOf(columns: readonly number[], direction: 1 | -1): string {
  const width = COLUMNS / Math.max(1, columns.length)
  return columns
    .map(
      (peak, at) =>
        `M${(at * width).toFixed(1)} ${HALF}h${(width * 0.8).toFixed(2)}v${(direction * Math.max(0.5, peak * HALF)).toFixed(1)}h-${(width * 0.8).toFixed(2)}z`
    )
    .join('')
}
