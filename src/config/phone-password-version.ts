import { z } from 'zod'

/** Which of the passwords that PHONE_SECRET gives a phone it has now. */
export const phonePasswordVersion = z
  .int()
  .min(1)
  .max(1_000_000)
  .default(1)
  .describe('Another number is another password for their phones, at once; the others keep theirs. Default: 1')
