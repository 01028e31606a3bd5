import type { CompileContext, FlowSource } from './compile-context.ts'
import { type DraftedFlow, draftFlow } from './draft-flow.ts'

interface Kept {
  readonly draft: DraftedFlow
  readonly centre: CompileContext['centre']
  /** What the draft was told of recordings; it holds as long as the answers are the same. */
  readonly audio: readonly { readonly name: string; readonly language: string; readonly there: boolean }[]
}

/** The event loop is let go after that long, as calls are up. */
const WORK_MS = 15

/** Drafts by file and text: a file that is as it was is neither read nor checked again. */
export class DraftCache {
  #kept = new Map<string, Map<string, Kept>>()

  /** Drafts what is not known yet, a few files at a time. */
  async prepare(sources: Iterable<FlowSource>, context: CompileContext): Promise<void> {
    let began = performance.now()
    for (const source of sources) {
      this.draft(source, context)
      if (performance.now() - began < WORK_MS) continue
      await new Promise((resolve) => setImmediate(resolve))
      began = performance.now()
    }
  }

  /** The draft of a text, out of the cache where it is known. */
  readonly draft = (source: FlowSource, context: CompileContext): DraftedFlow => {
    const texts = this.#kept.get(source.file) ?? new Map<string, Kept>()
    const known = texts.get(source.text)
    if (known !== undefined && holds(known, context)) return known.draft
    const kept = draftAsking(source, context)
    texts.set(source.text, kept)
    this.#kept.set(source.file, texts)
    return kept.draft
  }

  /** Forgets all but these. */
  keepOnly(sources: Iterable<FlowSource>): void {
    const kept = new Map<string, Map<string, Kept>>()
    for (const { file, text } of sources) {
      const known = this.#kept.get(file)?.get(text)
      if (known !== undefined) kept.set(file, (kept.get(file) ?? new Map<string, Kept>()).set(text, known))
    }
    this.#kept = kept
  }
}

function holds({ centre, audio }: Kept, context: CompileContext): boolean {
  return centre === context.centre && audio.every(({ name, language, there }) => context.hasAudio(name, language) === there)
}

function draftAsking(source: FlowSource, context: CompileContext): Kept {
  const audio: { name: string; language: string; there: boolean }[] = []
  const hasAudio: CompileContext['hasAudio'] = (name, language) => {
    const there = context.hasAudio(name, language)
    audio.push({ name, language, there })
    return there
  }
  return { draft: draftFlow(source, { ...context, hasAudio }), centre: context.centre, audio }
}
