import { type Saying, say } from '../../../domain/saying.ts'
/** Letters in a file of flows. A step takes about 200, so that is far more than anybody can oversee. */
export const TEXT_MAX = 512 * 1024

/** More levels than any flow has, and few enough for parsers that call themselves for each: one that runs out of stack may end the process. */
const NESTED_MAX = 200
/** Texts may hold brackets without their counterparts, which only a parser can tell from those that count. */
const OPEN_MAX = 400

/** Anchors and aliases (`&name`, `*name`) are looked through for each other. */
const ANCHORS_MAX = 500

/** Dashes, question marks and keys that follow one another are levels without brackets: `- - a`, `a: b: c`. */
const levelsInARow = new RegExp(`(?:(?:[-?]|"[^"\\n]{0,80}":|'[^'\\n]{0,80}':|[^\\s,[\\]{}"':]{0,80}:)\\s+){${NESTED_MAX}}`)

const mostIndented = new RegExp(`^[ \\t]{${NESTED_MAX}}`, 'm')

const [SPACE, NEW_LINE, QUOTE, APOSTROPHE, DASH, COLON, QUESTION, BRACKET, BRACE] = Array.from(' \n"\'-:?[{', (letter) =>
  letter.charCodeAt(0)
) as [number, number, number, number, number, number, number, number, number]

export interface TextProblem {
  readonly at: number
  readonly message: Saying
  readonly hint: Saying
}

/** What makes a text too large or too deep to be read at all; found in one pass, whatever the text is. */
export function textProblem(text: string): TextProblem | undefined {
  if (text.length > TEXT_MAX) {
    const message = say`this file is longer than ${TEXT_MAX / 1024} KB`
    return { at: 0, message, hint: say`make several flows of it: one runs another by run` }
  }
  const anchors = text.match(/(?:^|[\s,[{])[&*]\S/g)?.length ?? 0
  if (anchors > ANCHORS_MAX)
    return {
      at: 0,
      message: say`there are more than ${ANCHORS_MAX} anchors and aliases`,
      hint: say`texts that begin with & or * need quotes`
    }
  const at = tooDeepAt(text)
  return at === undefined
    ? undefined
    : { at, message: say`this is nested too deeply`, hint: say`is there a bracket that nothing closes?` }
}

function tooDeepAt(text: string): number | undefined {
  return tooManyOpenAt(text) ?? tooIndentedAt(text) ?? (mayBeInARow(text) ? levelsInARow.exec(text)?.index : undefined)
}

function tooManyOpenAt(text: string): number | undefined {
  let open = 0
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at)
    if (letter === BRACKET || letter === BRACE) open++
    else if ((letter === BRACKET + 2 || letter === BRACE + 2) && open > 0) open--
    if (open > OPEN_MAX) return at
  }
  return undefined
}

function tooIndentedAt(text: string): number | undefined {
  // Each level is further in by a column at least.
  if (!mostIndented.test(text)) return undefined
  const indents: number[] = []
  for (const { 0: line, index } of text.matchAll(/^[ \t]*(?=[^\s])/gm)) {
    while ((indents.at(-1) ?? -1) >= line.length) indents.pop()
    indents.push(line.length)
    if (indents.length > NESTED_MAX) return index
  }
  return undefined
}

/** Whether it is worth while to look for levels in a row: so many words follow one another that may be keys. Everyday files have values between. */
function mayBeInARow(text: string): boolean {
  let keys = 0
  let quoted = false
  let last = SPACE
  for (let at = 0; at < text.length; at++) {
    const letter = text.charCodeAt(at)
    if (letter <= SPACE && last > SPACE && !quoted) {
      if (last === COLON || last === DASH || last === QUESTION || last === QUOTE || last === APOSTROPHE) keys++
      else keys = 0
      if (keys >= NESTED_MAX) return true
    }
    if (letter === QUOTE || letter === APOSTROPHE) quoted = !quoted
    if (letter === NEW_LINE) quoted = false
    last = letter
  }
  return keys >= NESTED_MAX
}
