import { z } from 'zod'
import {
  agentViewSchema,
  attachedDataSchema,
  callbackViewSchema,
  callViewSchema,
  choicesSchema,
  connectionSchema,
  ctiPath,
  errorCodes,
  eventSchemas,
  phoneViewSchema,
  queueViewSchema,
  requestSchemas,
  snapshotSchema,
  subprotocol,
  supervisionViewSchema
} from '../messages.ts'

type Json = Readonly<Record<string, unknown>>

/** What several messages hold, under the names that the document has for them; what is in another comes first. */
const named = {
  Connection: connectionSchema,
  AttachedData: attachedDataSchema,
  Call: callViewSchema,
  Agent: agentViewSchema,
  Phone: phoneViewSchema,
  Queue: queueViewSchema,
  Supervision: supervisionViewSchema,
  Callback: callbackViewSchema,
  Choices: choicesSchema,
  Snapshot: snapshotSchema
}

/** The protocol as an AsyncAPI 3 document, made from the schemas: what clients send is received by this application. */
export function asyncApi(): Json {
  const schemas = sharedSchemas()
  const messages = { ...requestMessages(schemas), ...eventMessages(schemas), error: errorMessage }
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'The CTI socket of Switchboard',
      version: '1',
      description: `JSON-RPC 2.0 over one websocket, subprotocol \`${subprotocol}\`. CTI.md says how it is used. Names are those of CSTA (ECMA-269).`,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' }
    },
    defaultContentType: 'application/json',
    servers: {
      switchboard: {
        host: '{host}',
        protocol: 'wss',
        variables: { host: { default: '127.0.0.1:8080', description: 'HTTP_ADDRESS; ws without TLS' } }
      }
    },
    channels: {
      cti: {
        address: ctiPath,
        messages: Object.fromEntries(Object.keys(messages).map((name) => [name, { $ref: `#/components/messages/${name}` }])),
        bindings: {
          ws: {
            method: 'GET',
            headers: { type: 'object', properties: { 'Sec-WebSocket-Protocol': { type: 'string', const: subprotocol } } }
          }
        }
      }
    },
    operations: { ...requestOperations(), events: eventsOperation },
    components: { messages, schemas: Object.fromEntries(schemas) }
  }
}

const channel = { $ref: '#/channels/cti' }
const messageRef = (name: string) => ({ $ref: `#/channels/cti/messages/${name}` })
const id = { oneOf: [{ type: 'string', minLength: 1, maxLength: 64 }, { type: 'integer' }] }
const version = { type: 'string', const: '2.0' }

const errorMessage = {
  summary: 'The request was not carried out',
  payload: {
    type: 'object',
    required: ['jsonrpc', 'id', 'error'],
    properties: {
      jsonrpc: version,
      id: { oneOf: [...id.oneOf, { type: 'null' }] },
      error: {
        type: 'object',
        required: ['code', 'message'],
        properties: {
          code: { type: 'integer', enum: Object.values(errorCodes) },
          message: { type: 'string' },
          data: {
            type: 'object',
            required: ['code'],
            properties: {
              code: { type: 'string', description: 'Stable: switch on it' },
              allowed: { type: 'array', items: { type: 'string' }, description: 'What may be done instead' },
              detail: { type: 'string' }
            }
          }
        }
      }
    }
  }
}

const eventsOperation = {
  action: 'send',
  summary: 'What happens, as far as the client may see it and wants to',
  channel,
  messages: Object.keys(eventSchemas).map((type) => messageRef(`event.${type}`))
}

function requestOperations(): Json {
  const operations = Object.entries(requestSchemas).map(([method, { summary }]) => [
    method.replaceAll('.', '-'),
    {
      action: 'receive',
      summary,
      channel,
      messages: [messageRef(method)],
      reply: { channel, messages: [messageRef(`${method}.result`), messageRef('error')] }
    }
  ])
  return Object.fromEntries(operations)
}

function requestMessages(schemas: Shared): Json {
  const messages = Object.entries(requestSchemas).flatMap(([method, { summary, params, result }]) => {
    const properties = {
      jsonrpc: version,
      id,
      method: { type: 'string', const: method },
      params: jsonSchema(params, 'input', schemas)
    }
    const request = { type: 'object', required: ['jsonrpc', 'id', 'method'], properties }
    const answer = {
      type: 'object',
      required: ['jsonrpc', 'id', 'result'],
      properties: { jsonrpc: version, id, result: jsonSchema(result, 'output', schemas) }
    }
    return [
      [method, { summary, payload: request }],
      [`${method}.result`, { summary: `The answer to ${method}`, payload: answer }]
    ]
  })
  return Object.fromEntries(messages)
}

function eventMessages(schemas: Shared): Json {
  const messages = Object.entries(eventSchemas).map(([type, schema]) => {
    const params = withoutShared(jsonSchema(schema, 'output', schemas), schemas)
    const payload = {
      type: 'object',
      required: ['jsonrpc', 'method', 'params'],
      properties: { jsonrpc: version, method: { type: 'string', const: 'event' }, params }
    }
    return [`event.${type}`, { summary: z.globalRegistry.get(schema)?.description, payload }]
  })
  return Object.fromEntries(messages)
}

type Shared = ReadonlyMap<string, Json>

function sharedSchemas(): Shared {
  const schemas = new Map<string, Json>()
  for (const [name, schema] of Object.entries(named)) schemas.set(name, jsonSchema(schema, 'output', schemas))
  return schemas
}

/** Draft 7, which AsyncAPI extends, with what is shared as a reference. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', schemas: Shared): Json {
  // Messages of a later version may hold more, so an object is not closed, except where a request would be refused.
  const { $schema: _, ...made } = z.toJSONSchema(schema, { target: 'draft-7', io, unrepresentable: 'any' })
  const references = new Map([...schemas].map(([name, shared]) => [JSON.stringify(shared), name]))
  return referring(io === 'output' ? opened(made) : made, references) as Json
}

function opened(value: unknown): unknown {
  return mapObjects(value, ({ additionalProperties, ...rest }) =>
    additionalProperties === false ? rest : { ...rest, ...(additionalProperties !== undefined && { additionalProperties }) }
  )
}

function referring(value: unknown, references: ReadonlyMap<string, string>): unknown {
  return mapObjects(value, (object) => {
    const name = references.get(JSON.stringify(object))
    return name === undefined ? object : { $ref: `#/components/schemas/${name}` }
  })
}

/** From the inside out. */
function mapObjects(value: unknown, change: (object: Json) => Json): unknown {
  if (Array.isArray(value)) return value.map((item) => mapObjects(item, change))
  if (typeof value !== 'object' || value === null) return value
  return change(Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapObjects(inner, change)])))
}

interface ObjectSchema {
  readonly properties?: Json
  readonly required?: readonly string[]
}

/** An event that carries all of a shared thing, as that thing and what is the event's own. */
function withoutShared(event: Json, schemas: Shared): Json {
  const { properties = {}, required = [] } = event as ObjectSchema
  for (const [name, shared] of schemas) {
    const { properties: theirs = {} } = shared as ObjectSchema
    const names = Object.keys(theirs)
    if (names.length < 3 || names.some((key) => JSON.stringify(properties[key]) !== JSON.stringify(theirs[key]))) continue
    const own = {
      ...event,
      required: required.filter((key) => !names.includes(key)),
      properties: Object.fromEntries(Object.entries(properties).filter(([key]) => !names.includes(key)))
    }
    return { allOf: [{ $ref: `#/components/schemas/${name}` }, own] }
  }
  return event
}
