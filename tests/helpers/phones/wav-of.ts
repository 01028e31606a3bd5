/** A WAV file of 16-bit mono. `sizes: false`: without its lengths, as a writer leaves it that was cut off. */
export function wavOf(samples: Buffer, { hertz = 8000, sizes = true } = {}): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(sizes ? 36 + samples.length : 0, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(hertz, 24)
  header.writeUInt32LE(2 * hertz, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(sizes ? samples.length : 0, 40)
  return Buffer.concat([header, samples])
}
