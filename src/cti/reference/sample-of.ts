import { z } from 'zod'

type JsonSchema = z.core.JSONSchema.JSONSchema

/** What a field of that name looks like in real life. */
const samples: Readonly<Record<string, unknown>> = {
  token: 'eyJhbGciOiJIUzI1NiJ9…',
  sessionId: '5b0c6f0e-6d0e-4a53-9c3f-0a1b2c3d4e5f',
  resumeAfter: 41,
  seq: 58,
  time: '2026-11-22T08:00:00.123Z',
  callId: '1763798400.17',
  contactId: 'f2a7c1d0-93f1-4f5e-8a57-6f0a5a0c9b11',
  offerId: 'o-1763798402-3',
  callingDevice: '13900139000',
  callerName: 'Li Wei',
  calledDevice: '955881',
  deviceId: '1001',
  alertingDevice: '1001',
  answeringDevice: '1001',
  transferringDevice: '1001',
  transferredToDevice: '1002',
  newDestination: '1002',
  lastRedirectionDevice: '1003',
  supervisor: '2001',
  agentId: '1001',
  username: '1001',
  name: 'Chen Jie',
  team: 'cards',
  queues: ['card-security'],
  queue: 'card-security',
  title: 'Card security',
  language: 'zh-CN',
  flow: 'bank-hotline',
  priority: 'high',
  segment: 'standard',
  numbers: ['13900139000'],
  flags: ['card-lost'],
  intent: 'lost-card',
  fastPath: 'lost-card',
  tags: ['complaint'],
  collected: { card: '••••' },
  profile: { city: 'Beijing' },
  data: { note: 'wants a letter', callback: null },
  step: 'welcome',
  exit: '1',
  detail: '1',
  reason: 'break',
  disposition: 'card-blocked',
  notes: 'New card sent by post',
  promiseId: '2b1e0d6f-6c0e-4a7e-9d52-4b1f0c7a9e21',
  what: 'The new card is with them by Friday',
  madeAt: 1_763_798_430_000,
  version: '0.1.0',
  startedAt: 1_763_798_400_000,
  answeredAt: 1_763_798_400_050,
  endedAt: 1_763_798_460_000,
  customerId: 'c-1002',
  enqueuedAt: 1_763_798_401_000,
  establishedAt: 1_763_798_406_000,
  since: 1_763_798_400_000,
  idleSince: 1_763_798_400_000,
  until: 1_763_798_430_000,
  at: 1_763_798_400_500,
  deadline: 1_763_798_422_000,
  oldestSince: 1_763_798_401_000,
  totalMs: 5000,
  waiting: 2,
  id: 'c-1002',
  voicemailId: '8f14e45f-ceea-4670-9f4b-1c2d3e4f5a6b',
  caller: '13900139000',
  seconds: 17,
  newMessages: 3,
  by: '1001',
  callbackId: '0d6f6c0e-2b1e-4a7e-9d52-4b1f0c7a9e21',
  mergeId: '17',
  monitorCrossRefId: '1f0c7a9e-2b1e-4a7e-9d52-4b1f0d6f6c0e',
  routeId: '7a9e1f0c-2b1e-4a7e-9d52-0d6f6c0e4b1f',
  number: '13900139000',
  bookedBy: 'flow',
  bookedAt: 1_763_798_390_000,
  dueAt: 1_763_798_390_000,
  expiresAt: 1_763_884_790_000,
  attempt: 1,
  callbacks: 1,
  everyMs: 15_000,
  roundTripMs: 4,
  dropped: 312,
  digits: '4711#',
  toneMs: 100,
  count: 5,
  events: ['queued', 'delivered', 'established']
}

/** Where a text of that name comes in several languages. */
const byLanguage: Readonly<Record<string, unknown>> = { title: { en: 'Lunch', 'zh-CN': '用餐' } }

/** Of several words, the one that says most. */
const typical: ReadonlySet<unknown> = new Set(['due', 'connected', 'ready', 'agent', 'distributed', 'completed'])

/** An example that fits the schema: real words where the field's name is known, else the first that fits. `leaveOut` names fields to skip. */
export function sampleOf(schema: z.ZodType, leaveOut: readonly string[] = []): unknown {
  return exampleOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }), '', leaveOut)
}

function exampleOf(schema: JsonSchema, name: string, leaveOut: readonly string[]): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum !== undefined) return schema.enum.find((word) => typical.has(word)) ?? schema.enum[0]
  if (schema.format === 'date-time') return samples.time
  if (schema.type === 'object' && Object.hasOwn(byLanguage, name)) return byLanguage[name]
  if (name === 'until' && schema.type === undefined) return '2026-11-27'
  if (name === 'to' && schema.type === 'string') return samples.number
  if (Object.hasOwn(samples, name) && isPlain(schema)) return samples[name]
  const either = (schema.anyOf ?? schema.oneOf)?.[0]
  if (either !== undefined) return exampleOf(either as JsonSchema, name, leaveOut)
  if (schema.type === 'array') return [exampleOf((schema.items ?? {}) as JsonSchema, singular(name), leaveOut)]
  if (schema.type === 'object') return objectOf(schema, leaveOut)
  if (schema.type === 'boolean') return true
  return schema.type === 'integer' || schema.type === 'number' ? 1 : 'text'
}

/** A schema that describes no fields: its sample is taken whole. */
function isPlain({ properties, items }: JsonSchema): boolean {
  const item = Array.isArray(items) ? items[0] : items
  return properties === undefined && (typeof item !== 'object' || item.properties === undefined)
}

function objectOf(schema: JsonSchema, leaveOut: readonly string[]): object {
  const fields = Object.entries(schema.properties ?? {}).filter(([name]) => !leaveOut.includes(name))
  return Object.fromEntries(fields.map(([name, field]) => [name, exampleOf(field as JsonSchema, name, [])]))
}

function singular(name: string): string {
  return name.replace(/s$/, '')
}
