import { createHash } from 'node:crypto'
import { mkdirSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** Debian's nobody and nogroup: PostgreSQL refuses to run as root. */
const nobody = { uid: 65_534, gid: 65_534 }

/** The user under whom PostgreSQL runs: ours, or nobody when we are root. */
export function dropTo(): { readonly uid?: number; readonly gid?: number } {
  return process.getuid?.() === 0 ? nobody : {}
}

/** The folder itself, or a stand-in under /var/lib when we are root and nobody cannot get in, as in a home folder of root. */
export function reachableFolder(folder: string): string {
  if (dropTo().uid === undefined || isReachable(folder)) return folder
  const key = createHash('sha256').update(folder).digest('hex').slice(0, 8)
  const other = join('/var/lib/switchboard', `${basename(dirname(folder)).replace(/[^\w-]/g, '')}-${key}`)
  mkdirSync(other, { recursive: true, mode: 0o755 })
  return other
}

/** Whether somebody without rights can pass through each folder of the path. */
export function isReachable(path: string): boolean {
  const open = (statSync(path).mode & 0o001) !== 0
  return open && (path === dirname(path) || isReachable(dirname(path)))
}
