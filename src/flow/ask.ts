import type { Signal } from '../domain/abort.ts'
import type { Frame } from './conversation.ts'
import type { Prompt } from './prompt.ts'
import type { Reading } from './read-keys.ts'
import { speak } from './speak.ts'
import type { Asking } from './step.ts'
import type { Target } from './target.ts'

export interface Question {
  readonly asking: Asking & { readonly flush: boolean }
  /** What the keys mean; `late` when the time between digits has passed. */
  read(keys: string, shortcuts: readonly string[], late: boolean): Reading
  /** The last word on a complete answer: false counts as no match. */
  accept(value: string): boolean
}

export type Asked =
  | { readonly kind: 'answer'; readonly value: string }
  | { readonly kind: 'no_input' | 'no_match'; readonly keys: string; readonly go: Target }

type Heard = { readonly kind: 'answer' | 'no_match'; readonly keys: string } | { readonly kind: 'no_input'; readonly keys: '' }

/** Asks until there is an answer or the tries for silence, or those for wrong input, are used up. Each has its own count. */
export async function ask(question: Question, frame: Frame, signal: Signal): Promise<Asked> {
  const { keys } = frame.talk
  const { prompt, flush, noInput, noMatch } = question.asking
  frame.talk.hops = 0
  if (flush) keys.clear()

  const failed = { no_input: 0, no_match: 0 }
  let prompts = prompt === undefined ? [] : [prompt]
  for (;;) {
    const heard = await listen(question, prompts, frame, signal)
    if (heard.kind === 'answer' && question.accept(heard.keys)) return { kind: 'answer', value: heard.keys }

    const kind = heard.kind === 'no_input' ? 'no_input' : 'no_match'
    // What was typed behind a wrong answer was meant for a place that the caller has not come to.
    if (kind === 'no_match') keys.clear()
    const failing = kind === 'no_input' ? noInput : noMatch
    if (++failed[kind] >= failing.tries) return { kind, keys: heard.keys, go: failing.go }
    prompts = again(failing.prompts[Math.min(failed[kind], failing.prompts.length) - 1], failing.repeat, prompt)
  }
}

function again(complaint: Prompt | undefined, repeat: boolean, prompt: Prompt | undefined): Prompt[] {
  const said = complaint === undefined ? [] : [complaint]
  return prompt !== undefined && (repeat || complaint === undefined) ? [...said, prompt] : said
}

/** One try: says the prompts unless the caller was quicker, then waits for keys. */
async function listen(question: Question, prompts: readonly Prompt[], frame: Frame, signal: Signal): Promise<Heard> {
  const { keys, world, trace } = frame.talk
  const { bargeIn, firstDigitMs, betweenDigitsMs } = question.asking
  const startedAt = world.clock.now()

  if (!bargeIn) await speak(prompts, frame, signal)
  else if (keys.keys === '') await keys.untilKey((child) => speak(prompts, frame, child), signal)
  const askedAt = world.clock.now()

  for (;;) {
    const heard = understood(question, frame, false)
    if (heard !== undefined) return heard

    // The timer for the first digit begins at the end of the prompt or ends with the first digit; from then on only the other one
    // counts, from each digit anew. Digits from before this step get the full time from its start.
    const typing = keys.keys !== ''
    if (!typing) trace.asking?.()
    const deadline = typing ? Math.max(keys.lastKeyAt, startedAt) + betweenDigitsMs : askedAt + firstDigitMs
    const left = deadline - world.clock.now()
    if (left > 0 && (await keys.nextWithin(left, signal))) continue
    if (!typing) return { kind: 'no_input', keys: '' }
    return understood(question, frame, true) ?? { kind: 'no_match', keys: keys.keys }
  }
}

function understood(question: Question, frame: Frame, late: boolean): Heard | undefined {
  const { keys } = frame.talk
  const reading = question.read(keys.keys, keys.shortcutKeys, late)
  if (reading.kind === 'wait') return undefined
  if (reading.kind === 'no_match') return { kind: 'no_match', keys: keys.keys }
  keys.take(reading.length)
  return { kind: 'answer', keys: reading.value }
}
