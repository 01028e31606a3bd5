/** How long an answer asks to be left alone, milliseconds: seconds or a date (RFC 9110 §10.2.3). Undefined when it does not, or nobody can read it. */
export function readRetryAfter(header: string | string[] | undefined, now: number): number | undefined {
  const text = String(header ?? '').trim()
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000
  const date = /^[A-Z][a-z]{2}/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}
