/** Thrown, and caught by the reader, where a text is not simple. One for all: it is no mistake, and traces of the stack are slow. */
export const notSimple = new Error('Not simple YAML')

/** Offsets in the text; `end` is behind the last letter. */
export interface Located {
  readonly start: number
  readonly end: number
}

export interface SimpleScalar extends Located {
  readonly kind: 'scalar'
  readonly value: string | number | boolean | null
  readonly quoted: boolean
}

export interface SimpleKey extends Located {
  readonly name: string
  readonly quoted: boolean
}

const blockKey = /[A-Za-z0-9_][\w ./-]*(?=:(?:[ \n]|$))/y
const flowKey = /[A-Za-z0-9_][\w ./?-]*(?=:[ \n])/y
/** What a text without quotes may begin with. A minus only before a digit. */
const plainStart = /[^\s\-?:,[\]{}#&*!|>'"%@`]|-(?=\d)/y
const doubleQuoted = /"(?:[^"\\\n]|\\["\\/bfnrt])*"/y
const singleQuoted = /'(?:[^'\n]|'')*'/y
/** What the core schema of YAML 1.2 does not read as a text. */
const notText =
  /^(?:~|null|Null|NULL|[Tt]rue|TRUE|[Ff]alse|FALSE|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|0o[0-7]+|0x[\da-fA-F]+|[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?)$/
const plainNumber = /^-?(?:0|[1-9]\d{0,14})(?:\.\d{1,15})?$/
/** YAML limits keys without a question mark to 1024 letters. */
const KEY_MAX = 1000

/** Goes through a text of simple YAML letter by letter: its lines, keys, and texts of one line. */
export class SimpleScanner {
  readonly #text: string
  at = 0
  /** Column of the first letter of the line in which `at` stands; -1 behind the last line. */
  indent = 0
  /** Whether the last line that was over had a comment behind its value. */
  hasComment = false

  constructor(text: string) {
    this.#text = text
  }

  /** The letter here; empty behind the text. */
  letter(): string {
    return this.#text.charAt(this.at)
  }

  takes(letter: string): boolean {
    if (this.letter() !== letter) return false
    this.at++
    return true
  }

  /** At the dash of a list's item. */
  isItem(): boolean {
    return this.letter() === '-' && this.#isGap(this.at + 1)
  }

  /** Whether a key stands here, which in quotes might also be a text. */
  isEntry(): boolean {
    const start = this.at
    const found = this.quoted() === undefined ? this.#match(blockKey) !== undefined : this.letter() === ':'
    this.at = start
    return found
  }

  /** Goes over spaces; true at the end of the line or before a comment, which is gone over as well. */
  isLineOver(): boolean {
    while (this.letter() === ' ') this.at++
    this.hasComment = this.letter() === '#' && this.#text.charAt(this.at - 1) === ' '
    if (this.hasComment) this.#skipComment()
    return this.letter() === '\n' || this.letter() === ''
  }

  /** From the end of a line, or the begin of the text, to the first letter of the next line that is neither empty nor a comment. */
  nextLine(): void {
    let line = this.at === 0 ? 0 : this.at + 1
    for (;;) {
      this.at = line
      while (this.letter() === ' ') this.at++
      if (this.letter() === '#') this.#skipComment()
      if (this.letter() !== '\n') break
      line = this.at + 1
    }
    this.indent = this.letter() === '' ? -1 : this.at - line
  }

  /** Space between the parts of a bracket, which may go on in a line deeper than that. */
  skipGap(indent: number): void {
    for (;;) {
      if (this.letter() === ' ') this.at++
      else if (this.letter() !== '\n') return
      else {
        const line = ++this.at
        while (this.letter() === ' ') this.at++
        if (this.letter() !== '\n' && this.at - line <= indent) throw notSimple
      }
    }
  }

  /** A key, with its colon gone over. */
  key(inBrackets: boolean): SimpleKey {
    const start = this.at
    const quoted = this.quoted()
    const text = quoted === undefined ? this.#match(inBrackets ? flowKey : blockKey) : String(quoted.value)
    const end = this.at
    if (text === undefined || end - start > KEY_MAX || !this.takes(':') || !this.#isGap(this.at)) throw notSimple
    // A key such as 1.0 or null is not named as it is written.
    if (quoted === undefined && (text.endsWith(' ') || (notText.test(text) && !/^(?:0|[1-9]\d{0,14})$/.test(text))))
      throw notSimple
    return { name: text, start, end, quoted: quoted !== undefined }
  }

  quoted(): SimpleScalar | undefined {
    const start = this.at
    const mark = this.letter()
    if (mark !== '"' && mark !== "'") return undefined
    const text = this.#match(mark === '"' ? doubleQuoted : singleQuoted)
    if (text === undefined) throw notSimple
    const inner = text.slice(1, -1)
    const value = mark === "'" ? inner.replaceAll("''", "'") : inner.includes('\\') ? (JSON.parse(text) as string) : inner
    return { kind: 'scalar', value, quoted: true, start, end: this.at }
  }

  /** A text without quotes, up to a comment or the end of the line. */
  plain(): SimpleScalar {
    const end = this.#lineEnd()
    const comment = this.#text.slice(this.at, end).indexOf(' #')
    return this.#plainTo(comment === -1 ? end : this.at + comment)
  }

  /** The same in brackets, where there are more letters that end it. */
  plainInBrackets(): SimpleScalar {
    let end = this.at
    while (end < this.#text.length && !'\n,[]{}'.includes(this.#text.charAt(end))) end++
    const scalar = this.#plainTo(end)
    if (this.#text.slice(scalar.start, end).includes(' #')) throw notSimple
    return scalar
  }

  #plainTo(end: number): SimpleScalar {
    const start = this.at
    plainStart.lastIndex = start
    const text = this.#text.slice(start, end).trimEnd()
    if (!plainStart.test(this.#text) || text.endsWith(':') || text.includes(': ')) throw notSimple
    this.at = start + text.length
    return { kind: 'scalar', value: scalarOf(text), quoted: false, start, end: this.at }
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at
    const found = pattern.exec(this.#text)?.[0]
    if (found !== undefined) this.at += found.length
    return found
  }

  /** To the end of the line, which the last comment of a file may lack: it is not simple then what belongs to what. */
  #skipComment(): void {
    this.at = this.#lineEnd()
    if (this.letter() === '') throw notSimple
  }

  #isGap(at: number): boolean {
    const letter = this.#text.charAt(at)
    return letter === ' ' || letter === '\n' || letter === ''
  }

  #lineEnd(): number {
    const end = this.#text.indexOf('\n', this.at)
    return end === -1 ? this.#text.length : end
  }
}

function scalarOf(text: string): SimpleScalar['value'] {
  if (!notText.test(text)) return text
  if (plainNumber.test(text)) return Number(text)
  if (text === 'true' || text === 'false') return text === 'true'
  if (text === 'null' || text === '~') return null
  throw notSimple
}
