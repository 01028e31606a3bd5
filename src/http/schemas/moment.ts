import { z } from 'zod'

/** A time as clients give it, ISO 8601, as milliseconds since 1970; of the years that PostgreSQL knows too. */
export const moment = z
  .string()
  .refine((text) => Date.parse(text) >= 0 && Date.parse(text) < Date.UTC(10_000, 0), 'Not a time in ISO 8601, from 1970 on')
  .transform((text) => Date.parse(text))
