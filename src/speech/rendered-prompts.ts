import { setMaxListeners } from 'node:events'
import type { RealSignal, Signal } from '../domain/abort.ts'
import { AppError } from '../domain/errors.ts'
import type { Language } from '../domain/language.ts'
import type { Clip, PromptPart } from '../domain/ports/prompts.ts'
import { calendarDateOf, timeOfDayOf } from '../domain/wall-clock.ts'
import { type CacheStats, type ClipCache, contentKey } from './clip-cache.ts'
import { LastUsed } from './last-used.ts'
import { Permits } from './permits.ts'
import type { RecordedAudio } from './recorded-audio.ts'
import { languages } from './say/languages.ts'
import { phoneGroups } from './say/phone-groups.ts'
import type { SpokenLanguage } from './say/spoken-language.ts'
import type { SpokenPrompts } from './spoken-prompts.ts'
import { silence, type TelephoneAudio } from './telephone-audio.ts'
import type { NamedVoice, Speaker, TextToSpeech } from './text-to-speech.ts'

/** More at once would take the processor away from the calls in progress. */
const SYNTHESES_MAX = 2
const PAUSE_MS_MAX = 60_000
/** Texts whose key is known: a Chinese one is turned into pinyin for it, which costs more than all the rest of a prompt that is on disk. */
const KNOWN_MAX = 2_000
/** How long a recording is taken for what it was: looking costs more than all the rest of a prompt. A changed one is told by `prepare`. */
const LOOK_AGAIN_MS = 1_000
/** Each digit is a clip of its own; nobody listens to more of them. */
const DIGITS_MAX = 500
/** Between the groups of a phone number: enough to write one down while the next is said. */
const GROUP_PAUSE_MS = 250

interface Parts {
  /** Asked first; one that fails is stood in for by the next. The last is always there. */
  readonly engines: readonly TextToSpeech[]
  readonly audio: TelephoneAudio
  readonly cache: ClipCache
  readonly recordings: RecordedAudio
  readonly languageOf: (tag: Language) => SpokenLanguage
  /** What flows may ask for by name. */
  readonly voices: ReadonlyMap<string, NamedVoice>
}

/** Where a clip comes from: its key in the cache and how to make it. */
interface Source {
  readonly key: string
  make(signal: RealSignal): Promise<Buffer>
  /** The same in another voice, for when making this one fails. It has its own key: the better one is tried again next time. */
  readonly otherwise?: Source | undefined
}

/** Prompts out of the cache; what is not there yet is spoken or converted. */
export class RenderedPrompts implements SpokenPrompts {
  readonly #parts: Parts
  readonly #permits: Permits
  readonly #closed: AbortController
  readonly #known = new LastUsed<Source>(KNOWN_MAX)
  /** Recordings by language and name, and when they were looked at. */
  readonly #recordings: Map<string, { readonly source: Source; readonly at: number }>
  readonly #inVoices = new Map<string, RenderedPrompts>()
  /** Unset: the ordinary one of each language. */
  readonly #voice: NamedVoice | undefined

  /** `other`: prompts to share the processor and the end with. */
  constructor(parts: Parts, voice?: NamedVoice, other?: RenderedPrompts) {
    this.#parts = parts
    this.#voice = voice
    this.#permits = other === undefined ? new Permits(SYNTHESES_MAX) : other.#permits
    this.#closed = other === undefined ? new AbortController() : other.#closed
    this.#recordings = other === undefined ? new Map() : other.#recordings
  }

  async render(parts: readonly PromptPart[], language: Language, signal: Signal): Promise<readonly Clip[]> {
    const ready = this.#atHand(parts, language)
    if (ready !== undefined) return ready
    const sources = (await Promise.all(parts.map((part) => this.#sources(part, language, LOOK_AGAIN_MS)))).flat()
    // Each clip listens to the caller's leaving; Node takes more than ten listeners of its own signals for a leak, and a date is twelve words.
    if (signal instanceof EventTarget) setMaxListeners(0, signal)
    return Promise.all(sources.map((source) => this.#clip(source, false, signal)))
  }

  async prepare(parts: readonly PromptPart[], language: Language): Promise<void> {
    // One after the other: at most half of the room is taken from callers who are on the phone now.
    for (const part of parts) {
      for (const source of await this.#sources(part, language, 0)) await this.#clip(source, true, this.#closed.signal)
    }
  }

  inVoice(name: string): RenderedPrompts {
    const voice = this.#parts.voices.get(name)
    if (voice !== undefined) return this.#inVoices.get(name) ?? this.#speakAs(name, voice)
    throw new AppError('SPEECH_NO_VOICE', 'server', 'The centre has no voice of that name', { details: { voice: name } })
  }

  #speakAs(name: string, voice: NamedVoice): RenderedPrompts {
    const prompts = new RenderedPrompts(this.#parts, voice, this)
    this.#inVoices.set(name, prompts)
    return prompts
  }

  async prepareVocabulary(voices: Iterable<string> = []): Promise<void> {
    await this.#prepareWords()
    for (const voice of voices) await this.inVoice(voice).#prepareWords()
  }

  async #prepareWords(): Promise<void> {
    for (const language of languages) {
      for (const word of language.vocabulary) await this.#clip(this.#spoken(word, language), true, this.#closed.signal)
    }
  }

  hasAudio(name: string, language: Language): boolean {
    return this.#parts.recordings.find(name, language) !== undefined
  }

  stats(): CacheStats {
    return this.#parts.cache.stats()
  }

  async close(): Promise<void> {
    this.#closed.abort(new Error('Prompts are closed'))
    await this.#parts.cache.close()
  }

  async #clip({ key, make, otherwise }: Source, keep: boolean, signal: Signal): Promise<Clip> {
    try {
      return await this.#parts.cache.clip(key, (signal) => this.#permits.run(() => make(signal), signal), keep, signal)
    } catch (error) {
      // The engine that failed has told why.
      if (otherwise !== undefined && error instanceof AppError && error.code === 'SPEECH_FAILED') {
        return this.#clip(otherwise, keep, signal)
      }
      throw error
    }
  }

  /** All of it, where nothing is to be made or looked for: nearly everything that is said. */
  #atHand(parts: readonly PromptPart[], tag: Language): readonly Clip[] | undefined {
    const clips: Clip[] = []
    for (const part of parts) {
      const sources = part.kind === 'audio' ? this.#seenLately(part.name, tag, LOOK_AGAIN_MS) : this.#said(part, tag)
      if (sources === undefined) return undefined
      for (const { key } of sources) {
        const clip = this.#parts.cache.ready(key)
        if (clip === undefined) return undefined
        clips.push(clip)
      }
    }
    return clips
  }

  async #sources(part: PromptPart, tag: Language, lookAgainMs: number): Promise<readonly Source[]> {
    return part.kind === 'audio' ? [await this.#recorded(part.name, tag, lookAgainMs)] : this.#said(part, tag)
  }

  #said(part: Exclude<PromptPart, { kind: 'audio' }>, tag: Language): readonly Source[] {
    if (part.kind === 'pause') return part.ms > 0 ? [pause(Math.min(part.ms, PAUSE_MS_MAX))] : []
    const language = this.#parts.languageOf(tag)
    expectFew(part)
    if (part.kind === 'phone') {
      const groups = phoneGroups(part.number).map((group) => language.phone(group).map((word) => this.#spoken(word, language)))
      return groups.flatMap((group, index) => (index === 0 ? group : [pause(GROUP_PAUSE_MS), ...group]))
    }
    return wordsOf(part, language).map((words) => this.#spoken(words, language))
  }

  #spoken(text: string, language: SpokenLanguage): Source {
    return this.#known.get(`${language.tag} ${text}`, () => this.#source(text, language))
  }

  #source(text: string, language: SpokenLanguage): Source {
    const speakers = this.#parts.engines.flatMap((engine) => {
      const speaker = engine.speakerOf(language, this.#voice)
      return speaker === undefined ? [] : [{ engine, speaker }]
    })
    const source = speakers.reduceRight<Source | undefined>(
      (otherwise, { engine, speaker }) => ({ ...this.#spokenBy(engine, speaker, text, language), otherwise }),
      undefined
    )
    if (source !== undefined) return source
    throw new AppError('SPEECH_NO_VOICE', 'server', 'No engine speaks that language', { details: { language: language.tag } })
  }

  #spokenBy(engine: TextToSpeech, { voice, write }: Speaker, text: string, language: SpokenLanguage): Source {
    const { audio } = this.#parts
    const written = write(text)
    return {
      key: contentKey(engine.version, audio.version, `${voice.name} ${voice.wordsPerMinute}`, language.tag, written),
      make: async (signal) => audio.fromSpeech(await engine.synthesize(written, voice, signal), signal)
    }
  }

  async #recorded(name: string, language: Language, lookAgainMs: number): Promise<Source> {
    const [known] = this.#seenLately(name, language, lookAgainMs) ?? []
    if (known !== undefined) return known
    const place = `${language}/${name}`
    this.#recordings.delete(place)
    const source = await this.#lookFor(name, language)
    this.#recordings.set(place, { source, at: performance.now() })
    return source
  }

  #seenLately(name: string, language: Language, lookAgainMs: number): readonly [Source] | undefined {
    const known = this.#recordings.get(`${language}/${name}`)
    return known !== undefined && performance.now() - known.at < lookAgainMs ? [known.source] : undefined
  }

  async #lookFor(name: string, language: Language): Promise<Source> {
    const { recordings, audio } = this.#parts
    const file = recordings.find(name, language)
    if (file === undefined) {
      throw new AppError('AUDIO_MISSING', 'flow', 'There is no recorded audio of that name', { details: { name, language } })
    }
    return { key: contentKey(audio.version, await recordings.key(file)), make: (signal) => audio.fromFile(file, signal) }
  }
}

/** The pieces that are rendered one by one: whole texts, and single words of numbers. */
function wordsOf(part: Exclude<PromptPart, { kind: 'audio' | 'pause' | 'phone' }>, language: SpokenLanguage): readonly string[] {
  switch (part.kind) {
    case 'text':
      return part.text.trim() === '' ? [] : [language.inWords(part.text.trim())]
    case 'digits':
      return language.digits(part.digits)
    case 'number':
      return language.number(part.value)
    case 'money':
      return language.money(part.amount, part.currency)
    case 'date':
      return language.date(calendarDateOf(part.iso) ?? unspeakable('A date needs the form 2026-11-22', part.iso))
    case 'time':
      return language.time(timeOfDayOf(part.iso) ?? unspeakable('A time needs the form 17:05', part.iso))
    case 'duration':
      return language.duration(part.ms)
    case 'ordinal':
      return language.ordinal(part.value)
    case 'count':
      return language.count(part.value, part.unit)
    default:
      return part satisfies never
  }
}

function expectFew(part: PromptPart): void {
  const spelt = part.kind === 'digits' ? part.digits : part.kind === 'phone' ? part.number : ''
  if (spelt.length > DIGITS_MAX) unspeakable('So many digits are not said', `${spelt.slice(0, 20)}…`)
}

function unspeakable(message: string, value: string): never {
  throw new AppError('SPEECH_UNREADABLE', 'flow', message, { details: { value } })
}

function pause(ms: number): Source {
  return { key: contentKey('pause', String(Math.round(ms))), make: async () => silence(ms) }
}
