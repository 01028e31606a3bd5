import { type FSWatcher, watch } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Log } from '../domain/log.ts'

/**
 * Tells that something in a folder, or in the folders of it, may have changed. Each folder is watched by itself: the recursive watch of Node 20
 * watches files, and loses those that an editor replaces by renaming. Never complete: the kernel drops events, network folders have none.
 */
export class FolderWatch {
  readonly #root: string
  readonly #onChange: () => void
  readonly #log: Log
  readonly #watchers = new Map<string, FSWatcher>()
  #closed = false

  constructor(root: string, onChange: () => void, log: Log) {
    this.#root = root
    this.#onChange = onChange
    this.#log = log
  }

  /** Begins to watch folders that are new. */
  async refresh(): Promise<void> {
    const entries = await readdir(this.#root, { recursive: true, withFileTypes: true })
    const folders = entries.filter((entry) => entry.isDirectory()).map(({ parentPath, name }) => join(parentPath, name))
    for (const folder of [this.#root, ...folders]) this.#watch(folder)
  }

  close(): void {
    this.#closed = true
    for (const watcher of this.#watchers.values()) watcher.close()
    this.#watchers.clear()
  }

  #watch(folder: string): void {
    if (this.#closed || this.#watchers.has(folder)) return
    try {
      const watcher = watch(folder, () => this.#onChange())
      this.#watchers.set(folder, watcher)
      watcher.on('error', (err) => {
        this.#log.warn({ err, folder }, 'A folder of flows is no longer watched')
        this.#forget(folder, watcher)
      })
      watcher.on('change', (_kind, name) => {
        // A folder that is removed tells it with its own name; its place may be taken by another of that name.
        if (name === folder.split('/').at(-1)) this.#forget(folder, watcher)
      })
    } catch (err) {
      // The system's limit of watches is reached, or the folder has just gone: what watching would tell is found by looking again.
      this.#log.debug({ err, folder }, 'A folder of flows cannot be watched')
    }
  }

  #forget(folder: string, watcher: FSWatcher): void {
    watcher.close()
    if (this.#watchers.get(folder) === watcher) this.#watchers.delete(folder)
  }
}
