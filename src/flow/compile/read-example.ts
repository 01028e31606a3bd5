import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Flows that show one thing each, named after it: a step kind, or a section of the reference. A new kind needs a file here; the tests compile them all. */
export const examplesFolder = fileURLToPath(new URL('../../../src/flow/compile/examples', import.meta.url))

/** The example of that name, ready to be copied. The files stay in `src`: the compiler does not copy them, and `build` is as deep. */
export function readExample(name: string): string {
  return readFileSync(`${examplesFolder}/${name}.yaml`, 'utf8')
}
