import type { RealSignal } from '../domain/abort.ts'
import { AppError } from '../domain/errors.ts'
import type { Language } from '../domain/language.ts'
import type { Log } from '../domain/log.ts'
import type { SpokenLanguage } from './say/spoken-language.ts'
import type { NamedVoice, Speaker, TextToSpeech, Voice } from './text-to-speech.ts'

/** A caller is waiting for the answer. */
const TIMEOUT_MS = 4_000
/** After a failure the service is not asked for that long: nobody else shall wait for the same silence. */
const RESTING_MS = 30_000
/** Five minutes of 16-bit mono at 48 kHz. */
const BYTES_MAX = 30_000_000

export interface HttpSpeechOptions {
  /** What `/audio/speech` is put behind, such as `https://host/v1`. */
  readonly url: string
  readonly model: string
  /** Names of voices by language; a language without one is not spoken here. */
  readonly voices: Readonly<Record<Language, string>>
  readonly apiKey?: string | undefined
  readonly now: () => number
  readonly log: Log
  readonly timeoutMs?: number
}

/** Speech from a service that speaks the OpenAI API, `POST /audio/speech`. */
export class HttpSpeech implements TextToSpeech {
  readonly version: string
  readonly #options: HttpSpeechOptions
  readonly #url: string
  #restsUntil = Number.NEGATIVE_INFINITY

  constructor(options: HttpSpeechOptions) {
    this.#options = options
    this.#url = `${options.url.replace(/\/+$/, '')}/audio/speech`
    this.version = `${this.#url} ${options.model}`
  }

  speakerOf({ tag, espeak }: SpokenLanguage, named: NamedVoice | undefined): Speaker | undefined {
    const usual = this.#options.voices[tag]
    const asked = named?.service
    // One voice for all languages is for those that the service speaks here; the others were left to espeak-ng on purpose.
    const name = typeof asked === 'object' ? (asked[tag] ?? usual) : usual === undefined ? undefined : (asked ?? usual)
    // These voices have a pace of their own.
    return name === undefined ? undefined : { voice: { name, wordsPerMinute: espeak.wordsPerMinute }, write: (text) => text }
  }

  async synthesize(text: string, voice: Voice, signal: RealSignal): Promise<Buffer> {
    signal.throwIfAborted()
    if (this.#options.now() < this.#restsUntil) throw failed({ problem: 'resting' })
    const limit = AbortSignal.timeout(this.#options.timeoutMs ?? TIMEOUT_MS)
    try {
      return await this.#ask(text, voice, AbortSignal.any([signal, limit]))
    } catch (error) {
      signal.throwIfAborted()
      const failure = error instanceof AppError ? error : failed({ problem: limit.aborted ? 'timeout' : 'unreachable' }, error)
      this.#rest(failure)
      throw failure
    }
  }

  async #ask(text: string, { name }: Voice, signal: RealSignal): Promise<Buffer> {
    const { model, apiKey } = this.#options
    const response = await fetch(this.#url, {
      method: 'POST',
      // The key is for that host only.
      redirect: 'error',
      headers: { 'content-type': 'application/json', ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }) },
      body: JSON.stringify({ model, voice: name, input: text, response_format: 'wav' }),
      signal
    })
    if (!response.ok) {
      await response.body?.cancel()
      throw failed({ problem: 'status', status: response.status })
    }
    const wav = await readWithin(response, BYTES_MAX)
    if (wav.toString('latin1', 0, 4) !== 'RIFF') throw failed({ problem: 'no-wav' })
    return wav
  }

  #rest({ details }: AppError): void {
    // What is wrong with one text says nothing about the next.
    const restMs = details.status === 400 || details.status === 422 ? 0 : RESTING_MS
    this.#restsUntil = this.#options.now() + restMs
    this.#options.log.warn({ url: this.#url, ...details, restMs }, 'The speech service failed; espeak-ng speaks instead')
  }
}

function failed(details: Readonly<Record<string, unknown>>, cause?: unknown): AppError {
  return new AppError('SPEECH_FAILED', 'upstream', 'A service that makes speech failed', { details, cause })
}

async function readWithin(response: Response, bytesMax: number): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.length
    // Leaving the loop cancels the rest.
    if (size > bytesMax) throw failed({ problem: 'too-long' })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}
