/** ITU-T G.711 µ-law: a byte to a 16-bit sample. */
export const linearOf: Int16Array = Int16Array.from({ length: 256 }, (_, byte) => {
  const code = ~byte & 0xff
  const magnitude = (((code & 0x0f) << 3) + 132) << ((code & 0x70) >> 4)
  return code & 0x80 ? 132 - magnitude : magnitude - 132
})

/** A 16-bit sample to a µ-law byte. */
export function muLawOf(sample: number): number {
  const magnitude = Math.min(Math.abs(Math.round(sample)), 32_635) + 132
  const exponent = Math.floor(Math.log2(magnitude)) - 7
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | ((magnitude >> (exponent + 3)) & 0x0f)) & 0xff
}

/** A pure tone in µ-law at 8 kHz, as loud as speech. */
export function tone(hertz: number, ms: number, firstSample = 0): Buffer {
  return Buffer.from(
    Uint8Array.from({ length: ms * 8 }, (_, n) => muLawOf(8000 * Math.sin((2 * Math.PI * hertz * (firstSample + n)) / 8000)))
  )
}
