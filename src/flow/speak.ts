import type { PromptPart } from '../domain/ports/prompts.ts'
import type { Frame } from './conversation.ts'
import type { Prompt, PromptPiece } from './prompt.ts'

/** Says the prompts as one, in the caller's language; in the flow's own where one of them has no text for it. */
export async function speak(prompts: readonly Prompt[], frame: Frame, signal: AbortSignal): Promise<void> {
  const { caller, world, call } = frame.talk
  const wanted = call.language
  const language = prompts.every((prompt) => prompt.has(wanted)) ? wanted : frame.flow.languages[0]
  const pieces = prompts.flatMap((prompt) => prompt.get(language) ?? [])
  const parts = pieces.map((piece) => filledIn(piece, frame)).filter(isHeard)
  if (parts.length === 0) return

  const clips = await world.prompts.render(parts, language, signal)
  signal.throwIfAborted()
  await caller.play(clips, signal)
}

function filledIn(piece: PromptPiece, frame: Frame): PromptPart {
  return piece.fixed ? piece.part : piece.evaluate(frame.scope)
}

function isHeard(part: PromptPart): boolean {
  if (part.kind === 'text') return part.text.trim() !== ''
  if (part.kind === 'phone') return /\d/.test(part.number)
  return part.kind !== 'digits' || part.digits !== ''
}
