import { type Document, isAlias, isMap, isPair, isScalar, isSeq, type Node, type Pair, parseDocument, Scalar } from 'yaml'
import { LineIndex } from './line-index.ts'
import type { SimpleKey } from './simple-scanner.ts'
import { readSimpleYaml, type SimpleEntry, type SimpleMap, type SimpleNode } from './simple-yaml.ts'

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

/** Offsets of something in the file; `text` is how far into it its text begins, where that can be told. */
interface Found {
  readonly start: number
  readonly end: number
  readonly text: number | undefined
}

/** One YAML file: its value, and where in the text each part of it stands. */
export class SourceFile {
  readonly file: string
  readonly text: string
  #read: { readonly simple: SimpleMap | undefined } | undefined
  #document: Document.Parsed | undefined
  #index: LineIndex | undefined

  constructor(file: string, text: string) {
    this.file = file
    this.text = text
  }

  /** The file read the short way, which is there for most files that are right. */
  get simple(): SimpleMap | undefined {
    this.#read ??= { simple: readSimpleYaml(this.text) }
    return this.#read.simple
  }

  /** The file as the whole YAML parser reads it. */
  get document(): Document.Parsed {
    this.#document ??= parseDocument(this.text, { prettyErrors: false })
    return this.#document
  }

  get lines(): readonly string[] {
    return this.#lineIndex.lines
  }

  /** Lets go of what was read, which is many times as large as the text; asked again, it is read again. */
  forget(): void {
    this.#read = undefined
    this.#document = undefined
    this.#index = undefined
  }

  /** Where a place is. A place that is not there is looked for at its nearest parent. */
  spanOf({ path, key = false, from = 0, length }: Place): Span {
    const { start, end, text } = this.simple === undefined ? this.#findInDocument(path, key) : findSimple(this.simple, path, key)
    if (text === undefined || length === undefined) return this.spanAt(start, firstLine(this.text.slice(start, end)))
    return this.spanAt(start + text + from, Math.max(1, length))
  }

  spanAt(offset: number, length: number): Span {
    return { ...this.#lineIndex.placeOf(offset), length }
  }

  get #lineIndex(): LineIndex {
    this.#index ??= new LineIndex(this.text)
    return this.#index
  }

  #findInDocument(path: Path, wantsKey: boolean): Found {
    const { node, key, complete } = this.#walk(path)
    const found = complete && !wantsKey ? node : (key ?? node)
    const [start, end] = found?.range ?? [0, 1]
    return { start, end, text: isScalar(found) ? startOfText(found) : 0 }
  }

  #walk(path: Path): { node: Node | null; key: Node | undefined; complete: boolean } {
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

function findSimple(root: SimpleMap, path: Path, wantsKey: boolean): Found {
  let node: SimpleNode = root
  let key: SimpleKey | undefined
  let complete = true
  for (const part of path) {
    const entry: SimpleEntry | undefined = node.kind === 'map' ? entryOf(node, String(part)) : undefined
    const inner: SimpleNode | undefined = entry?.node ?? (node.kind === 'list' ? node.items[Number(part)] : undefined)
    if (inner === undefined) {
      complete = false
      break
    }
    key = entry?.key
    node = inner
  }
  const found = complete && !wantsKey ? node : (key ?? node)
  const { start, end } = found
  return { start, end, text: 'quoted' in found && found.quoted ? 1 : 0 }
}

/** By name, for maps that are so long that looking through them for each of their entries would take seconds. */
const indexes = new WeakMap<SimpleMap, ReadonlyMap<string, SimpleEntry>>()

function entryOf(map: SimpleMap, name: string): SimpleEntry | undefined {
  if (map.entries.length < 30) return map.entries.find(({ key }) => key.name === name)
  const index = indexes.get(map) ?? new Map(map.entries.map((entry) => [entry.key.name, entry]))
  indexes.set(map, index)
  return index.get(name)
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
