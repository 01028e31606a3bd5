import { execFileSync } from 'node:child_process'
import type { Test } from 'tap'

/** The disk of this process: no file may be longer than so many bytes, until the test is over. Writes take what fits, as on a full disk. Also of the test's output: what is seen is asserted afterwards. */
export function limitFiles(t: Test, bytes: number): { lift(): void } {
  const limit = (to: number | 'unlimited') => execFileSync('prlimit', [`--pid=${process.pid}`, `--fsize=${to}:`])
  const lift = () => void limit('unlimited')
  const told = () => {}
  // Whoever does not listen to it is ended by it; a write that does not fit is an error either way (EFBIG).
  process.on('SIGXFSZ', told)
  t.teardown(() => {
    lift()
    process.off('SIGXFSZ', told)
  })
  limit(bytes)
  return { lift }
}
