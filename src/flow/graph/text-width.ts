/** Widths in ems of a common sans-serif font, on the wide side: text may never leave its box, whatever font the reader has. */
const NARROW = /[ijltf.,:;'"|!()[\]{} ]/
const BROAD = /[mwMW@%_–…→]/
const CAPITAL = /[A-Z0-9#*&$+=<>?]/
/** Scripts whose characters fill a square. */
const SQUARE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
/** Where a line of Chinese must not begin. */
const CLOSING = /[，。！？；：、）》」』”’…,.!?;:)\]}]/

/** How wide a text is, in ems. */
export function widthOf(text: string): number {
  let width = 0
  for (const letter of text) width += emsOf(letter)
  return width
}

/** A text in lines of at most so many ems, broken at spaces and between square characters; longer words are cut. At most `most` lines, then `…`. */
export function wrapped(text: string, ems: number, most: number): readonly string[] {
  const lines: string[] = []
  let line = ''
  const push = () => {
    if (line.trim() !== '') lines.push(line.trim())
    line = ''
  }
  for (const piece of piecesOf(text.replace(/\s+/g, ' ').trim())) {
    const fits = widthOf((line + piece).trimEnd()) <= ems
    if (!fits && !(CLOSING.test(piece) && piece.length === 1)) push()
    if (widthOf(piece) <= ems) line += piece
    else
      for (const letter of piece) {
        if (widthOf(line + letter) > ems) push()
        line += letter
      }
  }
  push()
  if (lines.length <= most) return lines
  const last = lines[most - 1] ?? ''
  return [...lines.slice(0, most - 1), `${last.replace(/[\s,，。.]+$/, '')}…`]
}

/** Words with the space behind them; square characters one by one. */
function piecesOf(text: string): readonly string[] {
  const pieces: string[] = []
  let word = ''
  for (const letter of text) {
    if (SQUARE.test(letter)) {
      if (word !== '') pieces.push(word)
      pieces.push(letter)
      word = ''
      continue
    }
    word += letter
    if (letter !== ' ') continue
    pieces.push(word)
    word = ''
  }
  return word === '' ? pieces : [...pieces, word]
}

function emsOf(letter: string): number {
  if (SQUARE.test(letter)) return 1
  if (NARROW.test(letter)) return 0.4
  if (BROAD.test(letter)) return 0.98
  return CAPITAL.test(letter) ? 0.72 : 0.63
}
