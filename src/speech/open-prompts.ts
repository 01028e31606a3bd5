import { resolve } from 'node:path'
import { AppError } from '../domain/errors.ts'
import type { Log } from '../domain/log.ts'
import type { Clock } from '../domain/ports/clock.ts'
import { ClipCache } from './clip-cache.ts'
import { espeakVariants, openEspeak } from './espeak.ts'
import { HttpSpeech, type HttpSpeechOptions } from './http-speech.ts'
import { RecordedAudio } from './recorded-audio.ts'
import { RenderedPrompts } from './rendered-prompts.ts'
import { languageFinder, languages } from './say/languages.ts'
import type { SpokenPrompts } from './spoken-prompts.ts'
import { openTelephoneAudio } from './telephone-audio.ts'
import type { NamedVoice } from './text-to-speech.ts'

/** About nine hours of speech beside what live flows need. */
const CACHE_BYTES_MAX = 256_000_000

export interface PromptsOptions {
  /** Where the cache lives. */
  readonly directory: string
  /** The recordings of the flows. */
  readonly audioDirectory: string
  readonly log: Log
  readonly clock?: Pick<Clock, 'now'>
  readonly cacheBytesMax?: number
  /** A service that speaks better than espeak-ng. Unset: there is none. */
  readonly service?: Omit<HttpSpeechOptions, 'now' | 'log'> | undefined
  /** Voices that flows may ask for. */
  readonly flowVoices?: Readonly<Record<string, NamedVoice>>
}

/** Prompts by espeak-ng, or by a service with espeak-ng in reserve, and sox. Throws SPEECH_PROGRAM_MISSING when one of them is not installed, SPEECH_NO_VOICE for a variant that espeak-ng does not have. */
export async function openPrompts({
  directory,
  audioDirectory,
  log,
  clock = { now: Date.now },
  cacheBytesMax = CACHE_BYTES_MAX,
  service,
  flowVoices = {}
}: PromptsOptions): Promise<SpokenPrompts> {
  const [espeak, audio] = await Promise.all([openEspeak(), openTelephoneAudio()])
  await checkVariants(flowVoices)
  const services = service === undefined ? [] : [new HttpSpeech({ ...service, now: () => clock.now(), log })]
  for (const language of Object.keys(service?.voices ?? {})) {
    if (!languages.some(({ tag }) => tag === language))
      log.warn({ language }, 'There is a voice for a language that is not spoken here')
  }
  const cache = await ClipCache.open({ directory: resolve(directory), bytesMax: cacheBytesMax, now: () => clock.now(), log })
  return new RenderedPrompts({
    engines: [...services, espeak],
    audio,
    cache,
    recordings: new RecordedAudio(resolve(audioDirectory)),
    languageOf: languageFinder(log),
    voices: new Map(Object.entries(flowVoices))
  })
}

async function checkVariants(flowVoices: Readonly<Record<string, NamedVoice>>): Promise<void> {
  const wanted = Object.entries(flowVoices).filter(([, { espeak }]) => espeak !== undefined)
  if (wanted.length === 0) return
  const known = await espeakVariants()
  for (const [voice, { espeak = '' }] of wanted) {
    if (known.has(espeak)) continue
    const message =
      'A voice of flows asks for a variant that espeak-ng does not have; it lists them by: espeak-ng --voices=variant'
    throw new AppError('SPEECH_NO_VOICE', 'server', message, { details: { voice, espeak } })
  }
}
