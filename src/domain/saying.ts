/** What can stand in a sentence: names and figures as they are, and words that each language has its own of. */
export type SaidValue = string | number | Saying

/** Names may be as long as a file; nobody reads more of one. */
const NAME_MAX = 300

/**
 * A sentence for people that is not in one language yet: the English around its values, and the values. Where it is read as a text it is English;
 * tables of other languages know it by its template.
 */
export class Saying {
  /** The English between the values. */
  readonly parts: readonly string[]
  readonly values: readonly SaidValue[]

  constructor(parts: readonly string[], values: readonly SaidValue[]) {
    this.parts = parts
    this.values = values
  }

  /** The English with {} in place of each value. */
  get template(): string {
    return this.parts.join('{}')
  }

  toString(): string {
    return this.parts.reduce((text, part, index) => `${text}${this.values[index - 1]}${part}`)
  }

  toJSON(): string {
    return this.toString()
  }
}

/** The tag of what is said to people. */
export function say(parts: TemplateStringsArray, ...values: readonly SaidValue[]): Saying {
  return new Saying(parts, values.map(short))
}

/** Things one after the other, as one value. */
export function listed(items: readonly SaidValue[]): SaidValue {
  return items.length === 0 ? '' : items.reduce((list, item) => say`${list}, ${item}`)
}

/** Things that go together. */
export function together(items: readonly SaidValue[]): SaidValue {
  return items.length === 0 ? '' : items.reduce((list, item) => say`${list} and ${item}`)
}

/** Names as they are written, one after the other. */
export function quoted(names: readonly string[]): SaidValue {
  return listed(names.map((name) => say`"${name}"`))
}

function short(value: SaidValue): SaidValue {
  return typeof value === 'string' && value.length > NAME_MAX ? `${value.slice(0, NAME_MAX)}…` : value
}
