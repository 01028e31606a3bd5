import { z } from 'zod'
import { name } from './names.ts'
import { phonePasswordVersion } from './phone-password-version.ts'

/** Who signs in without being an agent: one, or a range of several alike. */
export const user = z.strictObject({
  username: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,40}$/)
    .optional()
    .describe('Login'),
  range: z
    .string()
    .regex(/^\d{1,20}-\d{1,20}$/, 'expected FIRST-LAST')
    .optional()
    .describe('Several users alike: first and last login'),
  name: z.string().describe('What people read; for a range, the login is added'),
  role: z.enum(['supervisor', 'crm', 'admin']).describe('What they may do'),
  phone: z
    .boolean()
    .default(false)
    .describe(
      'A phone to listen to agents with (singleStepConferenceCall), and to take waiting callers to (pickupCall); the login, of digits, is its SIP user. Default: false'
    ),
  phone_password_version: phonePasswordVersion,
  teams: z
    .array(name)
    .default([])
    .describe('Teams a supervisor leads, or a crm client may see. Default: none; a crm client sees all'),
  routes: z
    .array(name)
    .default([])
    .describe(
      'Applications for which a crm client may decide where callers go (`route` steps). Administrators may for all that are named. Default: none'
    )
})

/** A customer of the file. */
export const customer = z.strictObject({
  id: z.string().min(1).max(64).describe('Stable id'),
  name: z.string(),
  numbers: z
    .array(z.string().regex(/^\+?\d{3,20}$/, 'expected a telephone number in quotes'))
    .min(1)
    .describe('As they arrive from the trunk'),
  segment: name.default('standard').describe('Value of the customer to the centre. Default: standard'),
  flags: z.array(name).default([]).describe('Marks such as card-lost. Default: none'),
  language: z.string().optional().describe('BCP 47 tag of the language they want to hear'),
  profile: z.record(z.string(), z.unknown()).default({}).describe('Whatever the agent should see')
})
