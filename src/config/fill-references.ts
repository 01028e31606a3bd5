import type { Variables } from './environment.ts'

const reference = /\$\{([A-Z][A-Z0-9_]*)(?::-([^}]*))?\}/g

/** Replaces `${NAME:-default}` in the strings under `values`. A reference without value and default stays empty. */
export function fillReferences(raw: unknown, variables: Variables): unknown {
  if (typeof raw !== 'object' || raw === null || !('values' in raw)) return raw
  const { values } = raw
  if (typeof values !== 'object' || values === null) return raw
  const filled = Object.entries(values).map(([key, value]) => [key, typeof value === 'string' ? fill(value, variables) : value])
  return { ...raw, values: Object.fromEntries(filled) }
}

function fill(text: string, variables: Variables): string {
  return text.replace(reference, (_, name: string, otherwise: string | undefined) => variables[name] || otherwise || '')
}
