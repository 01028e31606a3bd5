import { linearOf, tone } from "./mu-law.js";
/** A WAV file as Asterisk's format `wav` writes it: a tone of so many milliseconds, silence around it. */
export function telephoneWav({ before = 0, toneMs = 0, after = 0, hertz = 700, sizes = true } = {}) {
    const samples = Buffer.alloc((before + toneMs + after) * 16);
    for (const [n, byte] of tone(hertz, toneMs).entries())
        samples.writeInt16LE(linearOf[byte], (before * 8 + n) * 2);
    const header = Buffer.alloc(44);
    header.write('RIFF', 0, 'latin1');
    header.writeUInt32LE(sizes ? 36 + samples.length : 0, 4);
    header.write('WAVEfmt ', 8, 'latin1');
    header.writeUInt32LE(16, 16);
    header.writeUInt16LE(1, 20);
    header.writeUInt16LE(1, 22);
    header.writeUInt32LE(8000, 24);
    header.writeUInt32LE(16_000, 28);
    header.writeUInt16LE(2, 32);
    header.writeUInt16LE(16, 34);
    header.write('data', 36, 'latin1');
    header.writeUInt32LE(sizes ? samples.length : 0, 40);
    return Buffer.concat([header, samples]);
}
//# sourceMappingURL=telephone-wav.js.map