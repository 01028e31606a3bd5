import { z } from 'zod'
import { type Method, requestSchemas } from '../../../src/cti/messages.ts'
import { sampleOf } from '../../../src/cti/reference/sample-of.ts'

type Params = Readonly<Record<string, unknown>>

/** Ways to ask for something about that call: every request that names a call, with all its fields and without each that may be left out. */
export function requestsAbout(callId: string): { readonly method: Method; readonly params: Params }[] {
  return everyRequest().flatMap(({ method, params }) => {
    const named = naming(params, callId)
    return JSON.stringify(named) === JSON.stringify(params) ? [] : [{ method, params: named as Params }]
  })
}

/** Every request but those that end or open the session, in the same ways. */
export function everyRequest(): readonly { readonly method: Method; readonly params: Params }[] {
  return every
}

/** Samples are made of JSON Schemas, which takes a while. */
const every = (Object.keys(requestSchemas) as Method[])
  .filter((method) => method !== 'session.open' && method !== 'session.close')
  .flatMap((method) => variants(requestSchemas[method].params).map((params) => ({ method, params })))

function variants(schema: z.ZodType): Params[] {
  const whole = sampleOf(schema) as Params
  const { required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  const optional = Object.keys(whole).filter((name) => !required.includes(name))
  const left = optional.map((name) => Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name)))
  return [whole, ...left].filter((params) => schema.safeParse(params).success)
}

/** The same with that call wherever a call is named, also deep inside. */
function naming(value: unknown, callId: string, key = ''): unknown {
  if (typeof value === 'string') return /callid$|calls?$/i.test(key) ? callId : value
  if (Array.isArray(value)) return value.map((item) => naming(item, callId, key))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, naming(inner, callId, name)]))
}
