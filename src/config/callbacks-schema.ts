import { z } from 'zod'
import { duration } from './duration.ts'
import { name } from './names.ts'

const number = z
  .string('expected a number in quotes')
  .regex(/^(\+?[\dx]+\*?|sips?:[^\s]+)$/, 'expected digits in quotes, x for any digit, * at the end for the rest, or sip:…')

/** Whom the centre may call back, and how. */
export const callbacks = z.strictObject({
  address: z
    .string()
    .regex(/^sips?:\S*\{number\}\S*$/, 'expected sip:{number}@host')
    .optional()
    .describe('Where a number is called: a SIP address with {number} in it. Left out: only SIP addresses can be called back'),
  endpoint: name
    .default('trunk')
    .describe('Endpoint of Asterisk that these and all other calls outside leave by. Default: trunk'),
  caller_id: z
    .string('expected digits in quotes')
    .regex(/^\+?\d{1,20}$/, 'expected digits in quotes')
    .describe("What the customer's phone shows"),
  allowed: z
    .array(number)
    .min(1)
    .describe('Numbers and SIP addresses that may be called, nothing else ever is; x is any digit, * at the end any rest'),
  denied: z
    .array(number)
    .default([])
    .describe(
      'Exceptions to `allowed`, such as premium numbers; + and 00 are the same, and addresses with such a user are exceptions too. Default: none'
    ),
  attempts: z.int().min(1).max(20).default(3).describe('How often a customer is called at most. Default: 3'),
  retry_after: z
    .array(duration)
    .min(1)
    .prefault(['5m', '30m'])
    .describe('Wait after each attempt; the last repeats. Default: [5m, 30m]'),
  ring: duration.prefault('30s').describe("How long the customer's phone rings. Default: 30s"),
  within: duration.prefault('24h').describe('How long after it was due a callback is given up. Default: 24h'),
  ahead: duration.prefault('336h').describe('How far ahead one may be booked. Default: 336h, two weeks')
})
