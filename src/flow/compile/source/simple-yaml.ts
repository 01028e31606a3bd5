import { type Located, notSimple, type SimpleKey, type SimpleScalar, SimpleScanner } from './simple-scanner.ts'

export interface SimpleList extends Located {
  readonly kind: 'list'
  readonly value: readonly unknown[]
  readonly items: readonly SimpleNode[]
}

export interface SimpleMap extends Located {
  readonly kind: 'map'
  readonly value: Readonly<Record<string, unknown>>
  readonly entries: readonly SimpleEntry[]
}

export interface SimpleEntry {
  readonly key: SimpleKey
  readonly node: SimpleNode
}

/** A part of a file: its value, and where it stands. */
export type SimpleNode = SimpleScalar | SimpleList | SimpleMap

const DEPTH_MAX = 50

/**
 * Reads the simple part of YAML that flows are mostly written in: maps, lists, and texts of one line, in blocks or in brackets. More than ten times
 * as fast as a whole YAML parser. Undefined for all else, right or wrong: that is for the whole parser, which finds the same where both can read.
 */
export function readSimpleYaml(text: string): SimpleMap | undefined {
  // Tabs, carriage returns and byte order marks have rules of their own; other control characters are mistakes.
  if (/[^\P{Cc}\n]|\ufeff/u.test(text)) return undefined
  try {
    return new SimpleReader(text).read()
  } catch (error) {
    if (error !== notSimple) throw error
    return undefined
  }
}

class SimpleReader {
  readonly #scan: SimpleScanner
  #depth = 0

  constructor(text: string) {
    this.#scan = new SimpleScanner(text)
  }

  read(): SimpleMap {
    this.#scan.nextLine()
    const map = this.#map(0)
    if (map.entries.length === 0 || this.#scan.indent !== -1) throw notSimple
    return map
  }

  /** A map or list that begins here, in a line of that indentation. */
  #block(indent: number): SimpleNode {
    if (++this.#depth > DEPTH_MAX) throw notSimple
    const node = this.#scan.isItem() ? this.#list(indent) : this.#map(indent)
    this.#depth--
    return node
  }

  #map(indent: number): SimpleMap {
    const scan = this.#scan
    const start = scan.at
    const value: Record<string, unknown> = {}
    const entries: SimpleEntry[] = []
    let end = start
    while (scan.indent === indent) {
      const key = scan.key(false)
      const node = this.#valueBehind(key, indent)
      add({ key, node }, entries, value)
      end = node.end
    }
    this.#requireEnd(indent, entries.length)
    return { kind: 'map', start, end, value, entries }
  }

  /** What stands behind the colon of a key, or below it. */
  #valueBehind(key: SimpleKey, indent: number): SimpleNode {
    const scan = this.#scan
    const endsLine = scan.letter() === '\n'
    if (!scan.isLineOver()) return this.#inline(indent)
    scan.nextLine()
    if (scan.indent > indent) return this.#block(scan.indent)
    if (scan.indent === indent && scan.isItem()) return this.#list(indent)
    // Where exactly nothing stands is less simple behind spaces and comments.
    if (!endsLine) throw notSimple
    return { kind: 'scalar', value: null, quoted: false, start: key.end + 1, end: key.end + 1 }
  }

  #list(indent: number): SimpleList {
    const scan = this.#scan
    const start = scan.at
    const value: unknown[] = []
    const items: SimpleNode[] = []
    let end = start
    while (scan.indent === indent && scan.isItem()) {
      const dash = scan.at++
      if (scan.isLineOver()) throw notSimple
      const node = scan.isEntry() ? this.#entries(indent + scan.at - dash) : this.#inline(indent)
      value.push(node.value)
      items.push(node)
      end = node.end
    }
    this.#requireEnd(indent, items.length)
    return { kind: 'list', start, end, value, items }
  }

  /** A deeper line would belong to nothing, and a comment behind a single entry belongs to the whole. */
  #requireEnd(indent: number, entries: number): void {
    if (this.#scan.indent > indent || (entries === 1 && this.#scan.hasComment)) throw notSimple
  }

  /** A map whose first entry stands behind the dash of an item. */
  #entries(column: number): SimpleNode {
    this.#scan.indent = column
    return this.#block(column)
  }

  /** A value that ends in its line, unless it is in brackets. */
  #inline(indent: number): SimpleNode {
    const scan = this.#scan
    const node = this.#bracketed(indent) ?? scan.quoted() ?? scan.plain()
    if (!scan.isLineOver()) throw notSimple
    scan.nextLine()
    // A deeper line would go on with the text.
    if (scan.indent > indent) throw notSimple
    return node
  }

  #bracketed(indent: number): SimpleNode | undefined {
    const bracket = this.#scan.letter()
    if (bracket !== '{' && bracket !== '[') return undefined
    if (++this.#depth > DEPTH_MAX) throw notSimple
    const node = bracket === '{' ? this.#flowMap(indent) : this.#flowList(indent)
    this.#depth--
    return node
  }

  #flowMap(indent: number): SimpleMap {
    const value: Record<string, unknown> = {}
    const entries: SimpleEntry[] = []
    const located = this.#flowItems('}', indent, () => {
      const key = this.#scan.key(true)
      this.#scan.skipGap(indent)
      add({ key, node: this.#flowValue(indent) }, entries, value)
    })
    return { kind: 'map', ...located, value, entries }
  }

  #flowList(indent: number): SimpleList {
    const items: SimpleNode[] = []
    const located = this.#flowItems(']', indent, () => items.push(this.#flowValue(indent)))
    return { kind: 'list', ...located, value: items.map(({ value }) => value), items }
  }

  #flowItems(closing: string, indent: number, readItem: () => void): Located {
    const scan = this.#scan
    const start = scan.at++
    scan.skipGap(indent)
    if (!scan.takes(closing)) {
      do {
        scan.skipGap(indent)
        readItem()
        scan.skipGap(indent)
      } while (scan.takes(','))
      if (!scan.takes(closing)) throw notSimple
    }
    return { start, end: scan.at }
  }

  #flowValue(indent: number): SimpleNode {
    return this.#bracketed(indent) ?? this.#scan.quoted() ?? this.#scan.plainInBrackets()
  }
}

function add(entry: SimpleEntry, entries: SimpleEntry[], value: Record<string, unknown>): void {
  const { name } = entry.key
  // Given twice, or a name that every object has, such as `constructor` and `__proto__`; `<<` means more to some readers.
  if (name in Object.prototype || name === '<<' || Object.hasOwn(value, name)) throw notSimple
  entries.push(entry)
  value[name] = entry.node.value
}
