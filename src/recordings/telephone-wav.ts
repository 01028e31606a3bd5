/** Bytes before the samples in a WAV file of Asterisk (formats/format_wav.c, wav_open and write_header), and in ours. */
export const HEADER_BYTES = 44
const SAMPLES_PER_SECOND = 8000
export const SAMPLE_BYTES = 2
const BYTES_PER_MS = (SAMPLES_PER_SECOND / 1000) * SAMPLE_BYTES
const FRAME_BYTES = 20 * BYTES_PER_MS

/** Mean loudness of a frame below which Asterisk takes it for silence (silencethreshold in dsp.conf; main/dsp.c, __ast_dsp_silence_noise). */
const SPEECH_FROM = 256

/** Whether this begins a WAV file of 16-bit mono at 8 kHz, as Asterisk's format `wav` writes it. */
export function isTelephoneWav(header: Buffer): boolean {
  if (header.length < HEADER_BYTES) return false
  const text = (at: number) => header.toString('latin1', at, at + 4)
  const isPcm = header.readUInt16LE(20) === 1 && header.readUInt16LE(22) === 1
  const isTelephone = header.readUInt32LE(24) === SAMPLES_PER_SECOND && header.readUInt16LE(34) === 8 * SAMPLE_BYTES
  return text(0) === 'RIFF' && text(8) === 'WAVE' && text(12) === 'fmt ' && text(36) === 'data' && isPcm && isTelephone
}

/** The header of a WAV file of 16-bit samples at 8 kHz with so many bytes of them; two channels by turns, left first. */
export function wavHeader(channels: number, dataBytes: number): Buffer {
  const header = Buffer.alloc(HEADER_BYTES)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(dataBytes + HEADER_BYTES - 8, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(channels, 22)
  header.writeUInt32LE(SAMPLES_PER_SECOND, 24)
  header.writeUInt32LE(SAMPLES_PER_SECOND * SAMPLE_BYTES * channels, 28)
  header.writeUInt16LE(SAMPLE_BYTES * channels, 32)
  header.writeUInt16LE(8 * SAMPLE_BYTES, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(dataBytes, 40)
  return header
}

/** Length of so many bytes of samples, in milliseconds. */
export function durationOf(dataBytes: number, channels: number): number {
  return Math.floor(dataBytes / (BYTES_PER_MS * channels))
}

/** Where the sample of that millisecond begins. */
export function bytesAt(ms: number, channels: number): number {
  return Math.round(ms) * BYTES_PER_MS * channels
}

/** Counts the milliseconds in which somebody speaks on one channel, frame by frame; feed it the samples in pieces of any size. */
export class SpeechMeter {
  spokenMs = 0
  #rest = Buffer.alloc(0)

  hear(samples: Uint8Array): void {
    const all = Buffer.concat([this.#rest, samples])
    let at = 0
    for (; at + FRAME_BYTES <= all.length; at += FRAME_BYTES) {
      let sum = 0
      for (let byte = at; byte < at + FRAME_BYTES; byte += SAMPLE_BYTES) sum += Math.abs(all.readInt16LE(byte))
      if (sum / (FRAME_BYTES / SAMPLE_BYTES) >= SPEECH_FROM) this.spokenMs += 20
    }
    this.#rest = all.subarray(at)
  }
}
