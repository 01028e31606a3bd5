/** Samples of 20 ms at 8 kHz. */
const FRAME = 160
/** Quieter than this is no sound, in dB of full scale. */
const SILENCE_DB = -60
/** Frames this far below the mean of those with sound are pauses between words: they do not make speech quieter. */
const PAUSE_DB = -16

/** How loud prompts are while somebody speaks: a usual level on telephone lines, with room for the peaks of a voice. */
const LEVEL_DB = -20
/** Above the highest peak. */
const PEAK_ROOM_DB = 1
/** More would make the noise of a recording loud that has nothing else in it. */
const GAIN_MAX_DB = 30

/**
 * The gain in dB that brings a recording to the common level, whatever its peaks: what people take for loudness is the mean power of
 * the speech itself. Measured with the two gates of ITU-R BS.1770-4 (silence, then what is far below the rest), over frames short enough
 * for single words and without its weighting by frequency, which telephones do themselves. Reduced where the peaks would be clipped.
 *
 * @param audio 16-bit samples, little endian, 8 kHz, mono
 */
export function gainFor(audio: Buffer): number {
  const samples = new Int16Array(audio.buffer.slice(audio.byteOffset, audio.byteOffset + audio.length - (audio.length % 2)))
  const sounding = framePowers(samples).filter((power) => decibel(power) > SILENCE_DB)
  const gate = decibel(mean(sounding)) + PAUSE_DB
  const speech = sounding.filter((power) => decibel(power) >= gate)
  if (speech.length === 0) return 0

  const peak = samples.reduce((highest, sample) => Math.max(highest, Math.abs(sample)), 0) / 32_768
  const room = -decibel(peak ** 2) - PEAK_ROOM_DB
  return Math.min(LEVEL_DB - decibel(mean(speech)), room, GAIN_MAX_DB)
}

function framePowers(samples: Int16Array): readonly number[] {
  const powers: number[] = []
  for (let from = 0; from < samples.length; from += FRAME) {
    const frame = samples.subarray(from, from + FRAME)
    powers.push(frame.reduce((sum, sample) => sum + (sample / 32_768) ** 2, 0) / frame.length)
  }
  return powers
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1)
}

function decibel(power: number): number {
  return 10 * Math.log10(power)
}
