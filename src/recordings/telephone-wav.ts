/** Bytes before the samples in a WAV file of Asterisk (formats/format_wav.c, wav_open and write_header). */
export const HEADER_BYTES = 44
const BYTES_PER_MS = 16
const FRAME_BYTES = 20 * BYTES_PER_MS

/** Mean loudness of a frame below which Asterisk takes it for silence (silencethreshold in dsp.conf; main/dsp.c, __ast_dsp_silence_noise). */
const SPEECH_FROM = 256

/** Whether this begins a WAV file of 16-bit mono at 8 kHz, as Asterisk's format `wav` writes it. */
export function isTelephoneWav(header: Buffer): boolean {
  if (header.length < HEADER_BYTES) return false
  const text = (at: number) => header.toString('latin1', at, at + 4)
  const isPcm = header.readUInt16LE(20) === 1 && header.readUInt16LE(22) === 1
  const isTelephone = header.readUInt32LE(24) === 8000 && header.readUInt16LE(34) === 16
  return text(0) === 'RIFF' && text(8) === 'WAVE' && text(12) === 'fmt ' && text(36) === 'data' && isPcm && isTelephone
}

/** The header that a file of that size must have. Asterisk writes the sizes when it closes the file; one that was killed has not. */
export function withSizes(header: Buffer, fileBytes: number): Buffer {
  const right = Buffer.from(header.subarray(0, HEADER_BYTES))
  right.writeUInt32LE(fileBytes - 8, 4)
  right.writeUInt32LE(fileBytes - HEADER_BYTES, 40)
  return right
}

/** Length of a file of so many bytes, in milliseconds. */
export function durationOf(fileBytes: number): number {
  return Math.max(0, Math.floor((fileBytes - HEADER_BYTES) / BYTES_PER_MS))
}

/** Counts the milliseconds in which somebody speaks, frame by frame; feed it the samples in pieces of any size. */
export class SpeechMeter {
  spokenMs = 0
  #rest = Buffer.alloc(0)

  hear(samples: Uint8Array): void {
    const all = Buffer.concat([this.#rest, samples])
    let at = 0
    for (; at + FRAME_BYTES <= all.length; at += FRAME_BYTES) {
      let sum = 0
      for (let byte = at; byte < at + FRAME_BYTES; byte += 2) sum += Math.abs(all.readInt16LE(byte))
      if (sum / (FRAME_BYTES / 2) >= SPEECH_FROM) this.spokenMs += 20
    }
    this.#rest = all.subarray(at)
  }
}
