/** The lines around a place, as a designer sees them in the editor, with the place underlined. */
export function codeFrame(lines: readonly string[], line: number, column: number, length: number): string {
  const first = Math.max(1, line - 2)
  const last = Math.min(lines.length, line + 1)
  const gutter = String(last).length
  const framed: string[] = []
  for (let number = first; number <= last; number++) {
    const text = lines[number - 1] ?? ''
    const marked = number === line
    framed.push(`${marked ? '>' : ' '} ${String(number).padStart(gutter)} | ${text}`.trimEnd())
    if (!marked) continue
    const before = text.slice(0, column - 1)
    const under = text.slice(column - 1, column - 1 + length).trimEnd()
    const indent = before.replace(/[^\t]/g, (letter) => ' '.repeat(widthOf(letter)))
    framed.push(`  ${' '.repeat(gutter)} | ${indent}${'^'.repeat(Math.max(1, displayWidth(under)))}`)
  }
  return framed.join('\n')
}

function displayWidth(text: string): number {
  return [...text].reduce((sum, letter) => sum + widthOf(letter), 0)
}

/** Terminals draw Chinese, Japanese and Korean letters two columns wide (Unicode UAX #11). */
function widthOf(letter: string): number {
  return /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6]/.test(letter) ? 2 : 1
}
