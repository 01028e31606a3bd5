import { mkdir, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

const RATE = 8000
const CHORD_SECONDS = 4
/** C, A minor, F, G: fundamentals and fifths low enough to stay pleasant through a telephone. */
const CHORDS = [
  [261.63, 329.63, 392.0],
  [220.0, 261.63, 329.63],
  [174.61, 220.0, 349.23],
  [196.0, 246.94, 392.0]
] as const

/** Writes the music that waiting callers hear: a slow arpeggio that loops without a click. Ours, so free of rights. */
export async function writeHoldMusic(file: string): Promise<void> {
  const samples = new Float64Array(CHORDS.length * CHORD_SECONDS * RATE)
  CHORDS.forEach((chord, index) => {
    addChord(samples, chord, index * CHORD_SECONDS * RATE)
  })

  await mkdir(dirname(file), { recursive: true })
  const unfinished = `${file}.${process.pid}`
  await writeFile(unfinished, Uint8Array.from(samples, ulaw))
  await rename(unfinished, file)
}

/** Plucks the notes of a chord one after the other, half a second apart; the tail wraps round to the beginning. */
function addChord(samples: Float64Array, chord: readonly number[], start: number): void {
  const notes = [...chord, ...chord.map((hertz) => hertz * 2), ...[...chord].reverse()].slice(0, CHORD_SECONDS * 2)
  notes.forEach((hertz, step) => {
    const begin = start + (step * RATE) / 2
    for (let n = 0; n < 3 * RATE; n++) {
      const seconds = n / RATE
      const swell = Math.min(1, seconds / 0.02) * Math.exp(-1.6 * seconds)
      const tone = Math.sin(2 * Math.PI * hertz * seconds) + 0.25 * Math.sin(4 * Math.PI * hertz * seconds)
      const at = (begin + n) % samples.length
      samples[at] = (samples[at] as number) + 2200 * swell * tone
    }
  })
}

/** One sample in ITU-T G.711 µ-law: what callers' phones speak, so that Asterisk need not transcode. */
function ulaw(sample: number): number {
  const magnitude = Math.min(Math.abs(Math.round(sample)), 32_635) + 132
  const exponent = Math.floor(Math.log2(magnitude)) - 7
  const mantissa = (magnitude >> (exponent + 3)) & 0x0f
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff
}
