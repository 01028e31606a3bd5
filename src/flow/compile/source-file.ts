import {
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  Scalar
} from 'yaml'

export type Path = readonly (string | number)[]

export interface Place {
  readonly path: Path
  /** The key instead of its value. */
  readonly key?: boolean
  /** Part of a text: from this letter, that many. */
  readonly from?: number
  readonly length?: number
}

export interface Span {
  readonly line: number
  readonly column: number
  readonly length: number
}

/** One YAML file: its value, and where in the text each part of it stands. */
export class SourceFile {
  readonly file: string
  readonly text: string
  readonly document: Document.Parsed
  readonly lines: readonly string[]
  readonly #lineCounter = new LineCounter()

  constructor(file: string, text: string) {
    this.file = file
    this.text = text
    this.lines = text.split(/\r?\n/)
    this.document = parseDocument(text, { lineCounter: this.#lineCounter, prettyErrors: false })
  }

  /** Where a place is. A place that is not there is looked for at its nearest parent. */
  spanOf({ path, key = false, from = 0, length }: Place): Span {
    const found = this.#find(path)
    const node = key && found.complete ? (found.key ?? found.node) : found.complete ? found.node : (found.key ?? found.node)
    const [start, end] = node?.range ?? [0, 1]
    const inside = isScalar(node) ? startOfText(node) : 0
    if (inside === undefined || length === undefined) return this.spanAt(start, firstLine(this.text.slice(start, end)))
    return this.spanAt(start + inside + from, Math.max(1, length))
  }

  spanAt(offset: number, length: number): Span {
    const { line, col } = this.#lineCounter.linePos(offset)
    return { line: Math.max(1, line), column: Math.max(1, col), length }
  }

  #find(path: Path): { node: Node | null; key: Node | undefined; complete: boolean } {
    let node: Node | null = this.document.contents
    let key: Node | undefined
    for (const part of path) {
      const parent: Node | null | undefined = isAlias(node) ? node.resolve(this.document) : node
      if (isMap(parent)) {
        const pair = (parent.items as Pair[]).find((item) => isPair(item) && keyOf(item) === String(part))
        if (pair === undefined) return { node, key, complete: false }
        key = pair.key as Node
        node = (pair.value as Node | null) ?? key
      } else if (isSeq(parent)) {
        const item = parent.items[Number(part)] as Node | undefined
        if (item === undefined) return { node, key, complete: false }
        key = undefined
        node = item
      } else {
        return { node, key, complete: false }
      }
    }
    return { node, key, complete: true }
  }
}

function keyOf(pair: Pair): string {
  return isScalar(pair.key) ? String(pair.key.value) : String(pair.key)
}

/** How far into the source a scalar's text begins. Undefined for block texts, whose indentation is not part of them. */
function startOfText(node: Scalar): number | undefined {
  if (node.type === Scalar.PLAIN) return 0
  return node.type === Scalar.QUOTE_DOUBLE || node.type === Scalar.QUOTE_SINGLE ? 1 : undefined
}

function firstLine(text: string): number {
  return (text.split(/\r?\n/, 1)[0] ?? '').trimEnd().length
}
