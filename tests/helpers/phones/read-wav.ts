import { share } from './rtp-ear.ts'

export interface HeardWav {
  readonly samples: readonly number[]
  readonly ms: number
  /** How much of it is that tone: 0 to 1. */
  tone(hertz: number): number
}

/** A WAV file of 16-bit mono at 8 kHz, as a player reads it. Throws when it is something else. */
export function readWav(file: Buffer): HeardWav {
  if (file.toString('latin1', 0, 4) !== 'RIFF' || file.toString('latin1', 8, 12) !== 'WAVE') throw new Error('No WAV file')
  if (file.readUInt32LE(4) !== file.length - 8) throw new Error('The WAV file lies about its length')
  const format = file.indexOf('fmt ')
  const [kind, channels, rate, bits] = [
    file.readUInt16LE(format + 8),
    file.readUInt16LE(format + 10),
    file.readUInt32LE(format + 12),
    file.readUInt16LE(format + 22)
  ]
  if (kind !== 1 || channels !== 1 || rate !== 8000 || bits !== 16)
    throw new Error(`WAV of ${kind}, ${channels}, ${rate}, ${bits}`)
  const data = file.indexOf('data')
  const bytes = file.readUInt32LE(data + 4)
  if (data + 8 + bytes > file.length) throw new Error('The WAV file is cut off')
  const samples = Array.from({ length: bytes / 2 }, (_, n) => file.readInt16LE(data + 8 + 2 * n))
  return { samples, ms: samples.length / 8, tone: (hertz) => share(samples, hertz) }
}
