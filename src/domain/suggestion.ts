/** Texts by language. */
type Texts = Readonly<Record<string, string>>

/** A value that something attached is compared with. */
export type CollectedValue = string | number | boolean

/** What must hold of a call: all that is named; of a list, one. Nothing named: every call. */
export interface SuggestionCondition {
  readonly intents?: readonly string[]
  readonly segments?: readonly string[]
  /** The queue that the caller came to last. */
  readonly queues?: readonly string[]
  /** Of the customer. */
  readonly flags?: readonly string[]
  readonly tags?: readonly string[]
  readonly languages?: readonly string[]
  readonly priorities?: readonly string[]
  readonly fastPaths?: readonly string[]
  /** What was attached under that name. */
  readonly collected?: Readonly<Record<string, readonly CollectedValue[]>>
}

/** What an agent may want to do for a caller. */
export interface Suggestion {
  readonly id: string
  readonly title: Texts
  readonly text?: Texts
  readonly url?: string
}

/** A suggestion of the centre, and for whom. In the `url` `{customer}` stands for the id of the customer. */
export interface SuggestionRule extends Suggestion {
  readonly when: SuggestionCondition
}

/** What conditions are asked of: the attached data of a call. */
export interface SuggestionFacts {
  readonly intent?: string | undefined
  readonly customer?: { readonly id: string; readonly segment: string; readonly flags: readonly string[] } | undefined
  readonly waited: { readonly queues: readonly string[] }
  readonly collected: Readonly<Record<string, unknown>>
  readonly tags?: readonly string[] | undefined
  readonly language: string
  readonly priority: string
  readonly fastPath?: string | undefined
}

/** How many a screen is given: who is talked to cannot read more. */
export const SUGGESTIONS_MAX = 10

/** What the rules suggest for such a call, in their order. Undefined when it is nothing. */
export function suggestionsFor(rules: readonly SuggestionRule[], facts: SuggestionFacts): readonly Suggestion[] | undefined {
  const fitting = rules.filter(({ when }) => holds(when, facts)).slice(0, SUGGESTIONS_MAX)
  return fitting.length === 0 ? undefined : fitting.map((rule) => suggestionOf(rule, facts.customer?.id))
}

function holds(
  when: SuggestionCondition,
  { intent, customer, waited, tags, language, priority, fastPath, collected }: SuggestionFacts
) {
  return (
    oneOf(when.intents, intent) &&
    oneOf(when.segments, customer?.segment) &&
    oneOf(when.queues, waited.queues.at(-1)) &&
    oneOf(when.flags, ...(customer?.flags ?? [])) &&
    oneOf(when.tags, ...(tags ?? [])) &&
    oneOf(when.languages, language) &&
    oneOf(when.priorities, priority) &&
    oneOf(when.fastPaths, fastPath) &&
    Object.entries(when.collected ?? {}).every(([name, wanted]) => {
      const value = Object.hasOwn(collected, name) ? collected[name] : undefined
      // As for profiles of customers: a text counts as the number it reads as.
      return isPlain(value) && wanted.some((one) => String(one) === String(value))
    })
  )
}

function isPlain(value: unknown): value is CollectedValue {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function oneOf(wanted: readonly string[] | undefined, ...found: readonly (string | undefined)[]): boolean {
  return wanted === undefined || found.some((one) => one !== undefined && wanted.includes(one))
}

/** A link to the customer is left out while nobody knows who it is. */
function suggestionOf({ id, title, text, url }: SuggestionRule, customer: string | undefined): Suggestion {
  const link = customer === undefined && url?.includes('{customer}') ? undefined : url
  return {
    id,
    title,
    ...(text !== undefined && { text }),
    ...(link !== undefined && { url: link.replaceAll('{customer}', encodeURIComponent(customer ?? '')) })
  }
}
