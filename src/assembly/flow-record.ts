import { basename } from 'node:path'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import type { Flow } from '../flow/flow.ts'
import type { FlowVersion } from '../records/flow-versions.ts'

export interface FlowRecordAround {
  readonly clock: Pick<Clock, 'now'>
  readonly log: Log
  /** Writes a version down that went live; answers since when it has been live, also before this process. */
  keep(version: FlowVersion): Promise<number>
}

/** Since when each flow's version has been live; what of it is not written down yet is tried again. */
export class FlowRecord {
  readonly #around: FlowRecordAround
  readonly #since = new Map<string, number>()
  readonly #unkept = new Set<FlowVersion>()

  constructor(around: FlowRecordAround) {
    this.#around = around
  }

  since(name: string): number | undefined {
    return this.#since.get(name)
  }

  /** The flow went live with that source; written down by `keepAll`. */
  note({ name, version, file }: Flow, source: string, by: string): void {
    const since = this.#around.clock.now()
    this.#since.set(name, since)
    this.#unkept.add({ name, version, file: basename(file), source, since, by })
  }

  /** The flow is no longer live. */
  forget(name: string): void {
    this.#since.delete(name)
  }

  /** Writes down what went live. A database that is away keeps no change from callers: it is tried again. */
  async keepAll(isLive: (version: FlowVersion) => boolean): Promise<void> {
    const { keep, log } = this.#around
    for (const version of this.#unkept) {
      try {
        const since = await keep(version)
        this.#unkept.delete(version)
        if (isLive(version)) this.#since.set(version.name, since)
      } catch (err) {
        log.warn({ err, flow: version.name }, 'The version of a flow could not be written down yet')
        return
      }
    }
  }
}
