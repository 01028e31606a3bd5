import type { InjectOptions } from 'fastify'
import type { App } from '../../../src/http/app-type.ts'
import type { SeededRandom } from '../seeded-random.ts'

type Json = Readonly<Record<string, unknown>>

/** An operation of the OpenAPI document, as far as an attacker needs it. */
interface Operation {
  readonly method: string
  readonly path: string
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema?: Json }[]
  readonly body: Json | undefined
}

/** Texts that have broken somebody's server: injections, ends of lines, paths, encodings, sizes, dates. */
export const hostileTexts: readonly string[] = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '1e309',
    '9'.repeat(400),
    '99999999999999999999',
    'NaN',
    'null',
    'undefined',
    'true',
    '[]',
    '{}',
    '\0',
    'a\0b'
  ],
  ...[
    "' OR 1=1 --",
    "'; DROP TABLE calls; --",
    '$1',
    '%',
    '_',
    '\\',
    '"',
    '`id`',
    '$(id)',
    '${7*7}',
    '{{7*7}}',
    '%s%n',
    '<img src=x onerror=alert(1)>'
  ],
  ...[
    '../../../../etc/passwd',
    '..%2f..%2fetc%2fpasswd',
    '/etc/passwd',
    'C:\\x',
    '.',
    '..',
    '%00',
    '%ff',
    '%',
    '%E0%A4%A',
    'a/b',
    'a?b',
    'a#b'
  ],
  ...[
    '\r\nSet-Cookie: x=1',
    '\n{"level":60}',
    '=cmd|calc!A1',
    '@SUM(1)',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty'
  ],
  ...['\ud800', '\udfff\ud800', '\u202e', '\u0000', 'é'.normalize('NFD'), '😀'.repeat(50), 'x'.repeat(5000)],
  ...[
    '2026-13-45',
    '0000-00-00T00:00:00Z',
    '+275760-09-13T00:00:00.000Z',
    '-271821-04-20T00:00:00Z',
    '1970-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59Z'
  ]
]

const hostileValues: readonly unknown[] = [
  ...hostileTexts,
  ...[
    null,
    true,
    0,
    -1,
    1.5,
    1e308,
    Number.MAX_SAFE_INTEGER,
    2 ** 53,
    [],
    {},
    [[]],
    [null],
    { a: { b: { c: [] } } },
    ['x'.repeat(2000)]
  ],
  JSON.parse('{"__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}')
]

/** What an OpenAPI document offers. */
export function operationsOf(document: Json): readonly Operation[] {
  const paths = document.paths as Readonly<Record<string, Readonly<Record<string, Json>>>>
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, about]) => ({
      method: method.toUpperCase(),
      path,
      parameters: (about.parameters ?? []) as Operation['parameters'],
      body: (about.requestBody as { content?: { 'application/json'?: { schema?: Json } } })?.content?.['application/json']?.schema
    }))
  )
}

/** Requests to an operation that no honest client sends; the same for the same seed. */
export function* attacksOn(
  { method, path, parameters, body }: Operation,
  random: SeededRandom,
  times: number
): Generator<InjectOptions> {
  for (let time = 0; time < times; time++) {
    const url = path.replace(/\{[^}]+\}/g, () => encoded(random.pick(hostileTexts), random))
    const query = parameters
      .filter((one) => one.in === 'query' && random.below(2) === 0)
      .map(({ name }) => `${encoded(name, random)}=${encoded(random.pick(hostileTexts), random)}`)
    const given = body === undefined ? {} : payloadOf(body, random)
    yield { method: method as 'GET', url: query.length === 0 ? url : `${url}?${query.join('&')}`, ...given }
  }
}

function encoded(text: string, random: SeededRandom): string {
  // Sometimes as it is: broken escapes, dots and slashes.
  if (random.below(6) === 0 && /^[\x21-\x7e]+$/.test(text)) return text
  return encodeURIComponent(text.replace(/[\ud800-\udfff]/g, (one, at: number) => (isPaired(text, at) ? one : '\ufffd')))
}

/** Whether that half of a surrogate pair has its other half beside it. */
function isPaired(text: string, at: number): boolean {
  const isHigh = text.charCodeAt(at) < 0xdc00
  const other = text.charCodeAt(isHigh ? at + 1 : at - 1)
  return isHigh ? other >= 0xdc00 && other <= 0xdfff : other >= 0xd800 && other <= 0xdbff
}

function payloadOf(schema: Json, random: SeededRandom): Pick<InjectOptions, 'payload' | 'headers'> {
  const kind = random.below(10)
  const headers = {
    'content-type': random.pick(['application/json', 'application/json; charset=utf-7', 'text/plain', 'application/xml', ''])
  }
  if (kind === 0)
    return {
      payload: random.pick(['{', '[', '"', '{"a":', '\0', '{"a":1}}', '['.repeat(20_000), `{"a":${'9'.repeat(1000)}}`]),
      headers
    }
  if (kind === 1) return { payload: JSON.stringify(random.pick(hostileValues)), headers: { 'content-type': 'application/json' } }
  return { payload: JSON.stringify(nearly(schema, random, 0)), headers: { 'content-type': 'application/json' } }
}

/** Nearly what the schema asks for, with something in it that is not. */
function nearly(schema: Json, random: SeededRandom, depth: number): unknown {
  if (random.below(4) === 0 || depth > 6) return random.pick(hostileValues)
  const choices = (schema.anyOf ?? schema.oneOf) as readonly Json[] | undefined
  if (choices !== undefined) return nearly(random.pick(choices), random, depth + 1)
  if (schema.const !== undefined) return schema.const
  if (Array.isArray(schema.enum)) return random.pick(schema.enum as unknown[])
  if (schema.properties !== undefined) {
    const properties = Object.entries(schema.properties as Readonly<Record<string, Json>>)
    const some = properties.filter(([name]) => (schema.required as string[] | undefined)?.includes(name) || random.below(2) === 0)
    const extra = random.below(5) === 0 ? [[random.pick(hostileTexts), random.pick(hostileValues)]] : []
    return Object.fromEntries([...some.map(([name, inner]) => [name, nearly(inner, random, depth + 1)]), ...extra])
  }
  if (schema.type === 'array')
    return Array.from({ length: random.below(3) }, () => nearly((schema.items ?? {}) as Json, random, depth + 1))
  if (schema.type === 'number' || schema.type === 'integer') return random.pick([0, 1, -1, 1e9, 1e308, 0.1])
  if (schema.type === 'boolean') return random.below(2) === 0
  return random.pick(hostileTexts)
}

/** What an answer must never hold: a fault of ours, or how we look inside. */
export function faultIn(status: number, body: string): string | undefined {
  if (status >= 500) return `status ${status}: ${body.slice(0, 200)}`
  const inside = /(\n\s+at |node_modules|\/src\/|\.ts:\d|select .* from |ECONNREFUSED|postgres:\/\/)/i.exec(body)
  return inside === null ? undefined : `tells ${inside[0].trim()}`
}

export async function faultOf(app: App, request: InjectOptions): Promise<string | undefined> {
  const { statusCode, body } = await app.inject(request)
  return faultIn(statusCode, body)
}
