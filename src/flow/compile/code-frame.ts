/** Of a longer line only so much is shown, from some letters before the place on. */
const SHOWN_MAX = 300
const BEFORE = 60

/** The lines around a place, as a designer sees them in the editor, with the place underlined. */
export function codeFrame(lines: readonly string[], line: number, column: number, length: number): string {
  const cut = (lines[line - 1] ?? '').length > SHOWN_MAX ? Math.max(0, column - 1 - BEFORE) : 0
  const shown = lines.slice(Math.max(0, line - 3), line + 1).map((text) => text.slice(cut, cut + SHOWN_MAX))
  return framed(shown, Math.max(1, line - 2), line, column - cut, Math.min(length, SHOWN_MAX))
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
    const indent = before.replace(/[^\t]/g, (letter) => ' '.repeat(widthOf(letter)))
    drawn.push(`  ${' '.repeat(gutter)} | ${indent}${'^'.repeat(Math.max(1, displayWidth(under)))}`)
  }
  return drawn.join('\n')
}

function displayWidth(text: string): number {
  return [...text].reduce((sum, letter) => sum + widthOf(letter), 0)
}

/** Terminals draw Chinese, Japanese and Korean letters two columns wide (Unicode UAX #11). */
function widthOf(letter: string): number {
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/.test(letter) ? 2 : 1
}
