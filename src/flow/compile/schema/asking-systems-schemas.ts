import * as z from 'zod'
import { objection } from './objection.ts'
import { onward, variable } from './step-parts.ts'
import { anyTemplate, count, duration, prompt, target, template, templates } from './value-schemas.ts'

/** The steps that ask other systems. */

const method = template.optional()
/** What a connection is made of (RFC 9110 §7, RFC 9112 §6) and where it leads: the address says that, and the length is counted. */
const ownHeaders = /^(host|connection|content-length|transfer-encoding|keep-alive|upgrade|te|trailer|expect|proxy-.*)$/i
const headerName = z
  .string()
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, objection`must be the name of a header`)
  .refine((name) => !ownHeaders.test(name), objection`must be a header that flows may set`)
const field = z
  .enum(['string', 'number', 'boolean', 'list', 'map', 'any'], objection`must be string, number, boolean, list, map or any`)
  .meta({ title: 'type: string, number, boolean, list, map, any' })

const flags = z
  .array(template, objection`must be a list of flags`)
  .meta({ title: 'list of flags' })
  .optional()
  .describe('Marks such as `card-lost`.')
const customerFields = {
  name: template.optional(),
  segment: template.optional().describe('Value of the customer to the centre, such as `gold`.'),
  language: template.optional().describe('One of the languages of the flow.'),
  profile: templates.optional().describe('Other fields; null removes one.')
}

export const requestSchema = z
  .strictObject({
    request: z.strictObject({
      get: method.describe('URL; one of get, post, put, patch, delete.'),
      post: method.describe('URL.'),
      put: method.describe('URL.'),
      patch: method.describe('URL.'),
      delete: method.describe('URL.'),
      json: anyTemplate.optional().describe('What to send.'),
      headers: z
        .record(headerName, template)
        .optional()
        .describe('HTTP headers, of ASCII letters; what belongs to the connection, such as Host, is not for flows.'),
      timeout: duration.optional().describe('Default 5s.'),
      retries: count(0, 5).optional().describe('More tries when it is unreachable, too slow or answers 5xx. Default 0.'),
      while_waiting: prompt.optional().describe('Said when the answer takes longer than 700 ms; stopped when it comes.'),
      into: variable.optional().describe('Variable for the answer.'),
      expect: z
        .record(z.string(), field)
        .optional()
        .describe('Fields the answer must have, such as `balance: number`; `name?` may be missing.')
    }),
    ...onward
  })
  .describe(
    'Asks another system by HTTP. Unreachable, too slow, status 300 and above, or an answer that does not fit: `on_error`. Redirects are not followed. All but `get` carry an `Idempotency-Key`, the same when the request is made again (`retries`, or a server that was killed meanwhile), so that the other system can tell. Addresses are allowed as they are written: where a name leads to is up to DNS.'
  )

export const customerSchema = z
  .strictObject({
    customer: z
      .strictObject({
        find: z
          .strictObject({
            number: template.optional().describe('A telephone number; one of number, id, profile.'),
            id: template.optional().describe('The id of the customer.'),
            profile: z
              .record(z.string(), template, objection`must be one field with its value`)
              .meta({ title: 'field with its value' })
              .optional()
              .describe('A field of the profile, such as `{ member: "4711" }`.')
          })
          .optional()
          .describe('Somebody who is a customer already. When several fit, nobody is found.'),
        create: z
          .strictObject({ number: template.optional().describe("Default: the caller's."), flags, ...customerFields })
          .optional(),
        update: z.strictObject({ add_flags: flags, remove_flags: flags, ...customerFields }).optional()
      })
      .describe('One of find, create, update.'),
    found: target.optional().describe('After `find`.'),
    not_found: target.optional().describe('After `find` or `update`: there is no such customer.'),
    ...onward
  })
  .describe(
    'Finds, creates or changes the customer behind the call, who is `customer` from here on. Somebody who has the number already is not created again and stays as they are. A database that does not answer: `on_error`.'
  )
