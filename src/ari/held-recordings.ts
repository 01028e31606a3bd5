import type { Outcome } from '../domain/outcome.ts'
import type { ChannelRecording, HeldRecordings } from '../domain/ports/telephony.ts'
import type { HttpLane } from './http-lane.ts'
import { outcomeOf } from './outcome-of.ts'

/**
 * Recordings in Asterisk's spool, by ARI over HTTP: the websocket carries no files (406). A name goes as one part of the path; Asterisk
 * decodes its `/` after it has taken the path apart.
 */
export class AriRecordings implements HeldRecordings {
  readonly #http: HttpLane

  constructor(http: HttpLane) {
    this.#http = http
  }

  async stop(name: string): Promise<Outcome> {
    return outcomeOf(await this.#http.request({ method: 'POST', uri: `${live(name)}/stop` }))
  }

  async isUnderWay(name: string): Promise<Outcome<boolean>> {
    const outcome = outcomeOf(await this.#http.request({ method: 'GET', uri: live(name) }))
    if (outcome.ok) return { ok: true, value: true }
    return outcome.problem === 'gone' ? { ok: true, value: false } : outcome
  }

  async read(name: string): Promise<Outcome<AsyncIterable<Uint8Array>>> {
    const { status, body } = await this.#http.download(`${stored(name)}/file`)
    if (typeof body !== 'string') return { ok: true, value: body }
    const outcome = outcomeOf({ status, body })
    return outcome.ok ? { ok: false, problem: 'refused', status, detail: 'Asterisk sent no file' } : outcome
  }

  async remove(name: string): Promise<Outcome> {
    return outcomeOf(await this.#http.request({ method: 'DELETE', uri: stored(name) }))
  }
}

/** What `POST /channels/{id}/record` is told. */
export function recordingQuery({ name, maxMs, maxSilenceMs, finishKey, beep }: ChannelRecording): string {
  const query = {
    name,
    // 16-bit linear at 8 kHz: any browser plays it.
    format: 'wav',
    maxDurationSeconds: Math.ceil(maxMs / 1000),
    // 0: silence ends nothing.
    maxSilenceSeconds: Math.ceil((maxSilenceMs ?? 0) / 1000),
    terminateOn: finishKey ?? 'none',
    ifExists: 'fail',
    beep
  }
  return Object.entries(query)
    .map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
    .join('&')
}

function live(name: string): string {
  return `recordings/live/${encodeURIComponent(name)}`
}

function stored(name: string): string {
  return `recordings/stored/${encodeURIComponent(name)}`
}
