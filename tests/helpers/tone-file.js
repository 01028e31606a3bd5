import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { tone } from "./mu-law.js";
/** Writes a clip that hums a tone; returns its name without the ending, as Asterisk wants it. */
export async function toneFile(folder, hertz, ms) {
    const file = join(folder, `tone-${hertz}-${ms}`);
    await writeFile(`${file}.ulaw`, tone(hertz, ms));
    return file;
}
//# sourceMappingURL=tone-file.js.map