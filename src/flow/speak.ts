import type { Signal } from '../domain/abort.ts'
import type { Language } from '../domain/language.ts'
import type { Clip, PromptPart, Prompts } from '../domain/ports/prompts.ts'
import type { Frame } from './conversation.ts'
import type { Prompt, PromptPiece } from './prompt.ts'

/** Says the prompts as one, in the caller's language; in the flow's own where one of them has no text for it. */
export async function speak(prompts: readonly Prompt[], frame: Frame, signal: Signal): Promise<void> {
  const clips = await clipsOf(prompts, frame, signal)
  if (clips.length === 0) return
  signal.throwIfAborted()
  await frame.talk.caller.play(clips, signal)
}

/** What makes the audio of a flow: in its voice. */
export function promptsOf({ talk, flow }: Pick<Frame, 'talk' | 'flow'>): Prompts {
  const { prompts } = talk.world
  return flow.voice === undefined ? prompts : prompts.inVoice(flow.voice)
}

/** The prompts as one, ready to be played: in the caller's language; in another one where there is no text for it. */
export async function clipsOf(prompts: readonly Prompt[], frame: Frame, signal: Signal): Promise<readonly Clip[]> {
  const language = languageOf(prompts, frame)
  const parts: PromptPart[] = []
  for (const prompt of prompts)
    for (const piece of prompt.get(language) ?? []) {
      const part = filledIn(piece, frame)
      if (isHeard(part)) parts.push(part)
    }
  return parts.length === 0 ? [] : await promptsOf(frame).render(parts, language, signal)
}

/** The caller's, the flow's own, or (what a queue says is written for no flow) the first there is. */
function languageOf(prompts: readonly Prompt[], { talk, flow }: Frame): Language {
  const [own] = flow.languages
  const known = [talk.call.language, own].find((language) => prompts.every((prompt) => prompt.has(language)))
  return known ?? prompts[0]?.keys().next().value ?? own
}

function filledIn(piece: PromptPiece, frame: Frame): PromptPart {
  return piece.fixed ? piece.part : piece.evaluate(frame.scope)
}

function isHeard(part: PromptPart): boolean {
  if (part.kind === 'text') return part.text.trim() !== ''
  if (part.kind === 'phone') return /\d/.test(part.number)
  return part.kind !== 'digits' || part.digits !== ''
}
