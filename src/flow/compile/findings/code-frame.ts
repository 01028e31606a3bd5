/** Of a longer line only so much is shown, from some letters before the place on. */
const SHOWN_MAX = 300
const BEFORE = 60

/** The lines around a place, as a designer sees them in the editor, with the place underlined. */
export function codeFrame(lines: readonly string[], line: number, column: number, length: number): string {
  const cut = (lines[line - 1] ?? '').length > SHOWN_MAX ? Math.max(0, column - 1 - BEFORE) : 0
  const shown = lines.slice(Math.max(0, line - 3), line + 1).map((text) => whole(text.slice(cut, cut + SHOWN_MAX)))
  return framed(shown, Math.max(1, line - 2), line, column - cut, Math.min(length, SHOWN_MAX))
}

/** A cut may leave half of a letter of two units, which no file can hold. */
function whole(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd')
}

/** `lines` from the one of that number on. */
function framed(lines: readonly string[], first: number, line: number, column: number, length: number): string {
  const last = first + lines.length - 1
  const gutter = String(last).length
  const drawn: string[] = []
  for (let number = first; number <= last; number++) {
    const text = lines[number - first] ?? ''
    const marked = number === line
    drawn.push(`${marked ? '>' : ' '} ${String(number).padStart(gutter)} | ${text}`.trimEnd())
    if (!marked) continue
    const before = text.slice(0, column - 1)
    const under = text.slice(column - 1, column - 1 + length).trimEnd()
    const indent = before.replace(/[^\t]/gu, (letter) => ' '.repeat(widthOf(letter)))
    drawn.push(`  ${' '.repeat(gutter)} | ${indent}${'^'.repeat(Math.max(1, columnsOf(under)))}`)
  }
  return drawn.join('\n')
}

/** How many columns of a terminal a text takes. */
export function columnsOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + widthOf(letter), 0)
}

const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1faff}\u{20000}-\u{3fffd}]/u

/** Terminals draw Chinese, Japanese and Korean letters and pictures two columns wide (Unicode UAX #11), and marks on the letter before them. */
function widthOf(letter: string): number {
  return wide.test(letter) ? 2 : /[\p{Mn}\p{Me}\p{Cf}]/u.test(letter) ? 0 : 1
}
