import type { Outcome } from '../../../src/domain/outcome.ts'
import type { HeldRecordings } from '../../../src/domain/ports/telephony.ts'

const done: Outcome = { ok: true, value: undefined }
const gone = { ok: false, problem: 'gone', status: 404, detail: 'Recording not found' } as const
const away = { ok: false, problem: 'unavailable', status: 0, detail: 'Asterisk is not connected' } as const

/** From the answer to a stop to the end of the recording. */
const STOP_MS = 30

/** What Asterisk holds, in memory. `tests/ari` shows that the real one answers the same. */
export class HeldFiles implements HeldRecordings {
  readonly files = new Map<string, Buffer>()
  readonly underWay = new Set<string>()
  away = false
  /** Breaks off after so many bytes. */
  breaksAfter: number | undefined

  async stop(name: string): Promise<Outcome> {
    if (this.away) return away
    if (!this.underWay.has(name)) return gone
    // As Asterisk, which answers before the channel's thread has ended the file.
    setTimeout(() => this.underWay.delete(name), STOP_MS)
    return done
  }

  async isUnderWay(name: string): Promise<Outcome<boolean>> {
    return this.away ? away : { ok: true, value: this.underWay.has(name) }
  }

  async read(name: string): Promise<Outcome<AsyncIterable<Uint8Array>>> {
    if (this.away) return away
    const file = this.files.get(name)
    return file === undefined ? gone : { ok: true, value: this.#chunksOf(file) }
  }

  async remove(name: string): Promise<Outcome> {
    if (this.away) return away
    return this.files.delete(name) ? done : gone
  }

  async *#chunksOf(file: Buffer): AsyncIterable<Uint8Array> {
    // Of odd sizes, as a network has them.
    for (let at = 0; at < file.length; at += 1001) {
      if (this.breaksAfter !== undefined && at > this.breaksAfter) throw new Error('other side closed')
      yield file.subarray(at, at + 1001)
    }
  }
}
