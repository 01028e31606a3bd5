import { share } from './rtp-ear.ts'

/** One side of a recording of a talk. */
export interface HeardSide {
  readonly ms: number
  /** How much of that stretch is that tone: 0 to 1. */
  tone(hertz: number, fromMs: number, toMs: number): number
  /** Loudest sample of the stretch. */
  loudest(fromMs: number, toMs: number): number
  /** When sound begins at or after that moment, milliseconds; undefined when it does not. */
  onset(fromMs: number): number | undefined
}

const LOUD = 800

/** A WAV file of two channels of 16-bit samples at 8 kHz, as a player reads it: left and right. Throws when it is something else. */
export function readStereo(file: Buffer): { readonly left: HeardSide; readonly right: HeardSide } {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.readUInt32LE(4) !== file.length - 8) throw new Error('No whole WAV file')
  const [kind, channels, rate, bits] = [
    file.readUInt16LE(20),
    file.readUInt16LE(22),
    file.readUInt32LE(24),
    file.readUInt16LE(34)
  ]
  if (kind !== 1 || channels !== 2 || rate !== 8000 || bits !== 16)
    throw new Error(`WAV of ${kind}, ${channels}, ${rate}, ${bits}`)
  return { left: side(file, 0), right: side(file, 2) }
}

function side(file: Buffer, offset: number): HeardSide {
  const samples = Array.from({ length: (file.length - 44) / 4 }, (_, n) => file.readInt16LE(44 + 4 * n + offset))
  const stretch = (from: number, to: number) => samples.slice(Math.round(from * 8), Math.round(to * 8))
  return {
    ms: samples.length / 8,
    tone: (hertz, from, to) => share(stretch(from, to), hertz),
    loudest: (from, to) => stretch(from, to).reduce((most, sample) => Math.max(most, Math.abs(sample)), 0),
    onset(from) {
      const at = samples.findIndex((sample, n) => n >= from * 8 && Math.abs(sample) > LOUD)
      return at < 0 ? undefined : at / 8
    }
  }
}
