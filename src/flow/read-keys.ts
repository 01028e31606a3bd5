/** What the keys pressed so far mean to a step that asks. */
export type Reading =
  /** Complete: `length` keys are used up; what follows was typed ahead. */
  | { readonly kind: 'answer'; readonly value: string; readonly length: number }
  | { readonly kind: 'no_match' }
  /** Could become an answer, or a better one, with more keys. */
  | { readonly kind: 'wait' }

export interface CollectRule {
  readonly min: number
  readonly max: number
  readonly finishKey: string | undefined
}

const wait: Reading = { kind: 'wait' }
const noMatch: Reading = { kind: 'no_match' }

/** Reads a menu choice. `late`: the time between digits has passed. Never `wait` when late and something was pressed. */
export function readChoice(keys: string, choices: Iterable<string>, shortcuts: readonly string[], late: boolean): Reading {
  if (keys === '') return wait

  let answer: string | undefined
  let open = beginsOneOf(keys, shortcuts)
  for (const choice of choices) {
    if (keys.startsWith(choice) && choice.length > (answer?.length ?? 0)) answer = choice
    else if (choice.length > keys.length && choice.startsWith(keys)) open = true
  }

  if (open && !late) return wait
  return answer === undefined ? noMatch : { kind: 'answer', value: answer, length: answer.length }
}

/** Reads digits: as many as the rule wants, or until its finish key or `late`. Never `wait` when late and something was pressed. */
export function readDigits(keys: string, rule: CollectRule, shortcuts: readonly string[], late: boolean): Reading {
  for (let at = 0; at < keys.length; at++) {
    const key = keys.charAt(at)
    if (!isDigit(key)) {
      if (!late && beginsOneOf(keys.slice(at), shortcuts)) return wait
      return key === rule.finishKey ? finished(keys.slice(0, at), rule, at + 1) : noMatch
    }
    if (at + 1 === rule.max) return { kind: 'answer', value: keys.slice(0, rule.max), length: rule.max }
  }
  return late && keys !== '' ? finished(keys, rule, keys.length) : wait
}

function finished(digits: string, rule: CollectRule, length: number): Reading {
  return digits.length >= rule.min ? { kind: 'answer', value: digits, length } : noMatch
}

function beginsOneOf(keys: string, sequences: readonly string[]): boolean {
  return sequences.some((sequence) => sequence.length > keys.length && sequence.startsWith(keys))
}

function isDigit(key: string): boolean {
  return key >= '0' && key <= '9'
}
