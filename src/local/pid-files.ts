import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { AppError } from '../domain/errors.ts'
import { identityOf } from './process-identity.ts'

const OURS = 'up'
const PATIENCE_MS = 5000

/** Notes in DATA_DIR/run which processes are ours, so that a supervisor that was killed leaves nothing unknown. */
export interface PidFiles {
  /** Notes a child; the function forgets it. One that cannot be noted, as the disk is full, is told: it would be left behind only if we were killed. */
  note(name: string, pid: number): () => void
  release(): void
}

/** Takes this DATA_DIR for us and stops what a killed supervisor left running. Throws when another one is at work in it. */
export async function takePidFiles(dataDir: string, say: (text: string) => void): Promise<PidFiles> {
  const folder = join(dataDir, 'run')
  mkdirSync(folder, { recursive: true })
  const path = (name: string) => join(folder, `${name}.pid`)
  const note = (name: string, pid: number) => {
    writeFileSync(path(name), identityOf(pid) ?? '')
    return () => rmSync(path(name), { force: true })
  }

  const other = running(path(OURS))
  if (other !== undefined && other !== process.pid) {
    throw new AppError(
      'ALREADY_RUNNING',
      'client',
      'Switchboard runs already with this DATA_DIR; stop it, or set DATA_DIR to another folder',
      {
        details: { dataDir, pid: other }
      }
    )
  }
  note(OURS, process.pid)
  for (const file of readdirSync(folder).filter((file) => file.endsWith('.pid') && file !== `${OURS}.pid`)) {
    const pid = running(join(folder, file))
    if (pid !== undefined) {
      say(`Stopping ${file.replace('.pid', '')} (process ${pid}), left over from an earlier run`)
      await stopByIdentity(pid)
    }
    rmSync(join(folder, file), { force: true })
  }
  return {
    note(name, pid) {
      try {
        return note(name, pid)
      } catch (error) {
        say(`${name} (process ${pid}) cannot be noted in ${folder}: ${String(error)}`)
        return () => rmSync(path(name), { force: true })
      }
    },
    release: () => rmSync(path(OURS), { force: true })
  }
}

/** The process a file names, if it is still the same one. */
function running(path: string): number | undefined {
  try {
    const identity = readFileSync(path, 'utf8')
    const pid = Number.parseInt(identity, 10)
    return identity !== '' && identityOf(pid) === identity ? pid : undefined
  } catch {
    // No file: nobody.
    return undefined
  }
}

async function stopByIdentity(pid: number): Promise<void> {
  const identity = identityOf(pid)
  const isThere = () => identity !== undefined && identityOf(pid) === identity
  if (isThere()) process.kill(pid, 'SIGTERM')
  for (const deadline = Date.now() + PATIENCE_MS; isThere() && Date.now() < deadline; ) await sleep(20)
  if (isThere()) process.kill(pid, 'SIGKILL')
}
