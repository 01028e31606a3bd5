/** What stands for a secret wherever people or machines can read. Its length says nothing about the secret's. */
const redacted = '••••'

/** The secret values of one call. They are found by value, so a copy in another variable is as safe as the first. */
export class Secrets {
  readonly #values = new Set<string>()

  add(value: string): void {
    if (value !== '') this.#values.add(value)
  }

  /** Whether a secret is in it, also deep inside or as a part of a text. */
  isIn(value: unknown): boolean {
    return this.#values.size > 0 && JSON.stringify(this.redact(value)) !== JSON.stringify(value)
  }

  /** A copy with every secret in it replaced. */
  redact(value: unknown): unknown {
    if (this.#values.size === 0) return value
    if (typeof value === 'string') return this.#redactText(value)
    if (typeof value === 'number') return this.#values.has(String(value)) ? redacted : value
    if (Array.isArray(value)) return value.map((item) => this.redact(item))
    if (typeof value === 'object' && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.redact(item)]))
    }
    return value
  }

  /** A short secret may stand in other texts by chance, so there the whole text has to be equal. */
  #redactText(text: string): string {
    let safe = text
    for (const secret of this.#values) {
      if (text === secret) return redacted
      if (secret.length >= 4) safe = safe.replaceAll(secret, redacted)
    }
    return safe
  }
}

/** How a secret answer is shown in the trace. */
export const secretShown = redacted
