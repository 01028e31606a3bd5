import { z } from 'zod'
import { promiseStates } from '../../domain/promise.ts'
import { contactViewSchema, customerSchema, openPromiseSchema, promiseSchema } from './attached-data.ts'
import { DEPTH_MAX, depthOf, done, word } from './request-parts.ts'
import { callbackViewSchema } from './views.ts'

/** About customers, their calls, and calling them back. */
export const customerRequests = {
  'contact.history': {
    summary:
      'The newest contacts of a customer, by whatever they came, or of one contact, of those that you may read; both named: that contact of theirs.',
    params: z
      .strictObject({
        customerId: word(64).optional(),
        contactId: word(128).optional(),
        limit: z.number().int().min(1).max(100).optional()
      })
      .refine(({ customerId, contactId }) => customerId !== undefined || contactId !== undefined, 'Name a customer or a contact'),
    result: z.object({ contacts: z.array(contactViewSchema).readonly() })
  },
  'customer.get': {
    summary: 'One customer. Who has no call of theirs in sight, and may read none in the records, is told that there is none.',
    params: z.strictObject({ customerId: word(64) }),
    result: customerSchema
  },
  'customer.find': {
    summary: 'Who has a number: one, or nobody whom you may know of.',
    params: z.strictObject({ number: word(32) }),
    result: z.object({ customers: z.array(customerSchema).readonly() })
  },
  'customer.update': {
    summary:
      'Changes a customer whom you may read; the next call knows it. `segment` and flags are for crm clients and administrators.',
    params: z.strictObject({
      customerId: word(64),
      name: z.string().max(200).optional(),
      language: word(40).optional(),
      profile: z
        .record(z.string().min(1).max(60), z.unknown())
        .refine((values) => depthOf(values) <= DEPTH_MAX, `Nested more than ${DEPTH_MAX} deep`)
        .refine((values) => !JSON.stringify(values).includes('\\u0000'), 'A text with NUL')
        .optional()
        .describe('Merged; `null` removes a field'),
      segment: word(40).optional(),
      addFlags: z.array(word(64)).max(50).optional(),
      removeFlags: z.array(word(64)).max(50).optional()
    }),
    result: customerSchema
  },
  'customer.merge': {
    summary:
      'For crm clients and administrators who may know of both: two customers are one, `customerId`. Numbers, calls and recordings of the other are theirs in one breath; name, segment and language are those of who is kept, flags are added, and the profile is filled where it says nothing. `mergeId` takes it back.',
    params: z.strictObject({ customerId: word(64), otherId: word(64) }),
    result: z.object({ mergeId: z.string(), customer: customerSchema })
  },
  'customer.unmerge': {
    summary:
      'Takes a merge back: the other customer is there as they were, with their numbers, calls and recordings; what has been changed of who was kept stays.',
    params: z.strictObject({ mergeId: z.string().regex(/^[1-9]\d{0,17}$/, 'expected a mergeId') }),
    result: z.object({ kept: customerSchema, restored: customerSchema })
  },
  'promise.update': {
    summary:
      'Says what became of a promise that a call shows you, or of a contact that you may read. Whoever sees a call of the customer is told with `callInformation`.',
    params: z.strictObject({
      promiseId: word(64),
      state: z.enum(promiseStates)
    }),
    result: promiseSchema
  },
  'promise.list': {
    summary: 'The open promises of the contacts that you may read, by the day they are due, those without one last.',
    params: z.strictObject({ limit: z.number().int().min(1).max(200).optional().describe('Left out: 50') }),
    result: z.object({ promises: z.array(openPromiseSchema).readonly(), more: z.boolean().describe('There are more than these') })
  },
  'callback.book': {
    summary:
      'Has a customer called back, in a queue that you serve or lead. One that is open for the same number and queue is the answer.',
    params: z.strictObject({
      number: z.string().min(3).max(256).describe('Telephone number or SIP address that the configuration allows'),
      queue: z.string().min(1).max(64),
      at: z.iso.datetime({ offset: true }).optional().describe('Not before this time; left out: as soon as it is their turn'),
      priority: z.enum(['emergency', 'high', 'normal', 'low']).optional(),
      data: z
        .record(z.string().min(1).max(64), z.unknown())
        .refine((values) => depthOf(values) <= DEPTH_MAX, `Nested more than ${DEPTH_MAX} deep`)
        .optional()
        .describe('For the agent who will call')
    }),
    result: z.object({ callback: callbackViewSchema, existing: z.boolean() })
  },
  'callback.cancel': {
    summary: "Cancels a callback, also while the customer's phone rings.",
    params: z.strictObject({ callbackId: z.string().min(1).max(128) }),
    result: done
  },
  'callback.list': {
    summary: 'The callbacks that are not over, of the queues you may see.',
    params: z.strictObject({ queue: z.string().min(1).max(64).optional() }),
    result: z.object({ callbacks: z.array(callbackViewSchema).readonly() })
  }
} as const
