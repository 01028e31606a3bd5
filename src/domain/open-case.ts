/** What another system has open about the customer: a complaint, a claim, an order. */
export interface OpenCase {
  readonly id: string
  readonly title?: string
  readonly status?: string
  /** As the other system writes it. */
  readonly openedAt?: string
  readonly url?: string
}

/** How many a screen is given, and the characters of each text. */
export const OPEN_CASES_MAX = 20
const TEXT_MAX = 200
const URL_MAX = 1000

/**
 * The cases in what another system has answered, as far as they can be shown: whatever has an id. What is no list has none, so a caller never
 * waits for a system that answers something else today; a link is one of the web.
 */
export function openCasesOf(value: unknown): readonly OpenCase[] {
  if (!Array.isArray(value)) return []
  return value.flatMap((one: unknown) => openCaseOf(one)).slice(0, OPEN_CASES_MAX)
}

function openCaseOf(value: unknown): OpenCase[] {
  if (typeof value !== 'object' || value === null) return []
  const fields = new Map<string, unknown>(Object.entries(value))
  const text = (name: string) => textOf(fields.get(name))
  const [id, title, status, openedAt, url] = [text('id'), text('title'), text('status'), text('openedAt'), fields.get('url')]
  if (id === undefined) return []
  return [
    {
      id,
      ...(title !== undefined && { title }),
      ...(status !== undefined && { status }),
      ...(openedAt !== undefined && { openedAt }),
      ...(isLink(url) && { url })
    }
  ]
}

function textOf(value: unknown): string | undefined {
  const text = typeof value === 'number' || typeof value === 'bigint' ? String(value) : value
  return typeof text === 'string' && text !== '' ? text.slice(0, TEXT_MAX) : undefined
}

function isLink(value: unknown): value is string {
  return typeof value === 'string' && value.length <= URL_MAX && /^https?:\/\/\S+$/i.test(value)
}
