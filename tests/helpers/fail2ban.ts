import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** The addresses that fail2ban itself finds in a log by a filter of ours, one for each line that it takes. */
export async function foundByFail2ban(filter: 'switchboard' | 'switchboard-sip', log: string): Promise<string[]> {
  const dir = await mkdtemp(join(tmpdir(), 'switchboard-fail2ban-'))
  try {
    const file = join(dir, 'log')
    await writeFile(file, log)
    const path = fileURLToPath(new URL(`../../asterisk/fail2ban/${filter}.conf`, import.meta.url))
    const { stdout } = await run('fail2ban-regex', ['-o', 'ip', file, path])
    return stdout.split('\n').filter((line) => line !== '')
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
