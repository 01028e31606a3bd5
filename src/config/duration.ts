import { z } from 'zod'

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** A time span such as `20s`, `5m` or `12h`, read as milliseconds. */
export const duration = z.string().transform((text, ctx) => {
  const found = /^(\d{1,6})(ms|s|m|h|d)$/.exec(text)
  const unit = unitMs[found?.[2] ?? '']
  if (found === null || unit === undefined) {
    ctx.addIssue({ code: 'custom', message: `expected a time span such as 20s, 5m or 12h, found "${text}"` })
    return z.NEVER
  }
  return Number(found[1]) * unit
})
