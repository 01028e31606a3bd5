import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { parse } from 'dotenv'
import { z } from 'zod'
import { AppError } from '../domain/errors.ts'

/** A host and a port to listen on or to reach. */
export interface Address {
  readonly host: string
  readonly port: number
}

const address = z.string().transform((text, ctx): Address => {
  const found = /^(\[[0-9a-fA-F:]+\]|[^\s:[\]]+):(\d{1,5})$/.exec(text)
  const port = Number(found?.[2])
  if (found?.[1] === undefined || port < 1 || port > 65_535) {
    ctx.addIssue({ code: 'custom', message: `expected HOST:PORT, found "${text}"` })
    return z.NEVER
  }
  return { host: found[1].replace(/^\[|\]$/g, ''), port }
})

const portRange = z.string().transform((text, ctx) => {
  const found = /^(\d{1,5})-(\d{1,5})$/.exec(text)
  const [from, to] = [Number(found?.[1]), Number(found?.[2])]
  if (found === null || from < 1024 || to > 65_535 || to - from < 9) {
    ctx.addIssue({ code: 'custom', message: `expected FROM-TO with at least 10 ports between 1024 and 65535, found "${text}"` })
    return z.NEVER
  }
  return { from, to }
})

/** As OpenTelemetry has it: NAME=VALUE,NAME=VALUE, values percent-encoded. */
const otlpHeaders = z.string().transform((text, ctx): Readonly<Record<string, string>> => {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '')
  const read = pairs.map((pair) => /^\s*([!#$%&'*+.^_`|~\w-]+)=((?:[\x21-\x24\x26-\x7e]|%[0-9a-fA-F]{2})*)\s*$/.exec(pair))
  if (read.some((found) => found === null || /%(?![2-7][0-9a-fA-F])|%7[fF]/.test(found[2] ?? ''))) {
    // Not the text itself: it is where tokens are.
    ctx.addIssue({ code: 'custom', message: 'expected NAME=VALUE,NAME=VALUE with percent-encoded values of visible ASCII' })
    return z.NEVER
  }
  return Object.fromEntries(read.map((found) => [found?.[1]?.toLowerCase() ?? '', decodeURIComponent(found?.[2] ?? '')]))
})

const networks = z.string().transform((text, ctx): readonly string[] => {
  const all = text.split(',').map((one) => one.trim())
  const wrong = all.find((one) => !z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]).safeParse(one).success)
  if (wrong === undefined) return all
  ctx.addIssue({ code: 'custom', message: `expected addresses or networks such as 192.0.2.0/24, found "${wrong}"` })
  return z.NEVER
})

const path = z.string().transform((text) => resolve(text))

/** Those that the system believes (Debian's `ca-certificates`). */
const PUBLIC_AUTHORITIES = '/etc/ssl/certs/ca-certificates.crt'

/** `optional`: with who can; `required`: who cannot is refused. */
const encryption = z.enum(['off', 'optional', 'required']).prefault('off')

const variables = z.object({
  HTTP_ADDRESS: address.prefault('127.0.0.1:8080').describe('Where the API, the console and the CTI socket listen'),
  SIP_ADDRESS: address.prefault('127.0.0.1:5060').describe('Where Asterisk listens for SIP over UDP'),
  TRUNK_ADDRESSES: networks
    .prefault('127.0.0.0/8')
    .describe('Addresses and networks, with commas between, whose calls are those of your carrier: they need no password'),
  SIP_NETWORKS: networks
    .optional()
    .describe('Addresses and networks that may send SIP at all, those of carriers and phones. Unset: any'),
  SIP_TLS_ADDRESS: address.optional().describe('Where Asterisk listens for SIP over TLS, such as 0.0.0.0:5061. Unset: nowhere'),
  TLS_CERTIFICATE: path
    .optional()
    .describe('PEM file with the certificate of this server, and those between it and its authority below it'),
  TLS_KEY: path.optional().describe('PEM file with the key of that certificate, without a passphrase'),
  TLS_AUTHORITIES: path
    .prefault(PUBLIC_AUTHORITIES)
    .describe('PEM file of the authorities whose certificates are believed when Asterisk calls out over TLS'),
  SIP_TLS_CLIENTS: z
    .enum(['any', 'known'])
    .prefault('any')
    .describe('Who may connect over SIP_TLS_ADDRESS: anybody, or who shows a certificate of TLS_AUTHORITIES'),
  HTTP_TLS: z.enum(['on', 'off']).prefault('off').describe('Whether HTTP_ADDRESS speaks https and wss by itself'),
  HTTP_CLIENT_AUTHORITIES: path
    .optional()
    .describe('PEM file of authorities: who connects over HTTP_TLS must show a certificate of one of them. Unset: nobody must'),
  PHONE_SRTP: encryption.describe("Whether the audio of agents' desk phones is encrypted (SRTP, keys by SDES)"),
  TRUNK_SRTP: encryption.describe('Whether the audio of the trunk is'),
  ARI_ADDRESS: address.prefault('127.0.0.1:8088').describe('Where the ARI and the SIP websocket of Asterisk listen'),
  PHONE_TRANSFERS: z
    .enum(['auto', 'on', 'off'])
    .prefault('auto')
    .describe(
      "Whether the transfer key of agents' phones works. `auto`: with Asterisk 22.11 and newer; older ones can be crashed by a phone that sends Refer-Sub: false"
    ),
  RTP_PORTS: portRange.prefault('20000-23999').describe('UDP ports for audio, from-to: four for each call'),
  DATA_DIR: path.prefault('.data').describe('Everything that is kept between two runs'),
  CONFIG: path.prefault('config/switchboard.yaml').describe('The contact centre'),
  RECORDINGS: path.optional().describe('Folder where recordings are kept. Unset: recordings under DATA_DIR'),
  RECORDINGS_KEY: z
    .string()
    // What base64 makes of 32 bytes; the recordings room checks the rest.
    .regex(
      /^([a-z0-9-]{1,32}:)?[\w+/-]{43}=?(,[a-z0-9-]{1,32}:[\w+/-]{43}=?)*$/,
      'expected 32 bytes as base64, or ID:BASE64,ID:BASE64'
    )
    .optional()
    .describe(
      'Key that recordings are sealed with at rest (AES-256-GCM): 32 bytes as base64, `openssl rand -base64 32`. Several as ID:BASE64,ID:BASE64: the first seals, all open. Unset: recordings are stored plain'
    ),
  FLOWS: path.prefault('flows').describe('Folder of the call flows and their audio'),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, 'expected postgres://…')
    .optional()
    .describe('Unset: an embedded PostgreSQL under DATA_DIR'),
  REDIS_URL: z
    .string()
    .regex(/^rediss?:\/\//, 'expected redis://…')
    .optional()
    .describe('What is in progress is kept there, too, beside the journals in DATA_DIR. Unset: in these alone'),
  DEMO_PASSWORD: z.string().min(6).optional().describe('Password of the demo logins and phones. Unset: random, printed at start'),
  PHONE_SECRET: z
    .string()
    .regex(/^[\x21-\x7e]{32,}$/, 'expected at least 32 characters of visible ASCII')
    .optional()
    .describe(
      "What the passwords of agents' phones are derived from: `openssl rand -base64 32`. Unset: others at each start, so that no desk phone stays registered"
    ),
  DRAIN_SECONDS: z.coerce
    .number()
    .int()
    .min(0)
    .max(86_400)
    .prefault(120)
    .describe('How long SIGTERM waits for calls in progress, while callers who come in are left to the dialplan'),
  LOG_LEVEL: z.enum(['debug', 'info', 'warn', 'error', 'silent']).prefault('info').describe('Least level that is logged'),
  INSTANCE: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/, 'expected up to 32 of a-z, 0-9 and -')
    .prefault('main')
    .describe('Name of this server; the ARI application is switchboard-INSTANCE'),
  EXAMPLE_BANK_ADDRESS: address
    .prefault('127.0.0.1:8099')
    .describe('Where the example core-banking service of `make run` listens'),
  DRACHTIO_ADDRESS: address
    .optional()
    .describe('Admin port of a drachtio-server in front of Asterisk. Unset: calls come to Asterisk directly'),
  DRACHTIO_SECRET: z
    .string()
    // The fields of drachtio's protocol end at | and at the end of a line.
    .regex(/^[^|\s]+$/, 'expected no space and no |')
    .optional()
    .describe('Secret of that admin port'),
  DRACHTIO_AUTHORITIES: path
    .optional()
    .describe(
      'PEM file of authorities: that port speaks TLS, and shows a certificate of one of them for its host. Unset: it is plain'
    ),
  DRACHTIO_PLAIN: z
    .enum(['loopback', 'anywhere'])
    .prefault('loopback')
    .describe('Where that port may be plain: the secret, and who calls whom, are read by whoever is on the way'),
  SPEECH_API_KEY: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'expected visible ASCII')
    .optional()
    .describe('Key of the service that makes speech, when the centre names one'),
  SWITCHBOARD_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'expected visible ASCII')
    .optional()
    .describe('For commands to a running server: a token of POST /api/v1/session. Unset: they sign in'),
  SWITCHBOARD_USER: z.string().min(1).prefault('admin').describe('Who signs in then'),
  SWITCHBOARD_PASSWORD: z.string().min(1).optional().describe('With which password. Unset: it is asked for at the terminal'),
  METRICS_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]{16,}$/, 'expected at least 16 characters of visible ASCII')
    .optional()
    .describe('What GET /metrics needs as a bearer token. Unset: whoever reaches the port may read it'),
  OTEL_EXPORTER_OTLP_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'expected http:// or https://' })
    .optional()
    .describe('Collector of OpenTelemetry traces, by OTLP/HTTP in JSON at /v1/traces below it. Unset: calls are not traced'),
  OTEL_EXPORTER_OTLP_HEADERS: otlpHeaders.prefault('').describe('What it is sent beside, such as authorization=Bearer%20SECRET'),
  OTEL_SERVICE_NAME: z.string().min(1).prefault('switchboard').describe('What we are called there'),
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).prefault(1).describe('Which part of all contacts is traced'),
  TRACES_SHOW_PERSONS: z
    .enum(['on', 'off'])
    .prefault('off')
    .describe('Whether traces hold numbers and names of callers, who was called, paths of requests, and what steps tell'),
  ARI_USER: z.string().min(1).optional().describe('Unset: made once and kept in DATA_DIR/secrets.json'),
  ARI_PASSWORD: z.string().min(8).optional().describe('Unset: made once and kept in DATA_DIR/secrets.json'),
  JWT_SECRET: z.string().min(32).optional().describe('Unset: made once and kept in DATA_DIR/secrets.json')
})

/** Of those whom clients' certificates must be of. */
function missingForClients(given: z.output<typeof variables>): [variable: string, why: string][] {
  const problems: [string, string][] = []
  if (given.HTTP_CLIENT_AUTHORITIES !== undefined && given.HTTP_TLS === 'off')
    problems.push(['HTTP_TLS', 'must be on with HTTP_CLIENT_AUTHORITIES: nobody shows a certificate in plain'])
  if (given.SIP_TLS_CLIENTS === 'any') return problems
  if (given.SIP_TLS_ADDRESS === undefined) problems.push(['SIP_TLS_ADDRESS', 'must be set together with SIP_TLS_CLIENTS=known'])
  if (given.TLS_AUTHORITIES === PUBLIC_AUTHORITIES)
    problems.push([
      'TLS_AUTHORITIES',
      'must name your own with SIP_TLS_CLIENTS=known: those of the system give a certificate to anybody'
    ])
  return problems
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/i

function missingForDrachtio(given: z.output<typeof variables>): [variable: string, why: string][] {
  const { DRACHTIO_ADDRESS: admin, DRACHTIO_SECRET, DRACHTIO_AUTHORITIES, DRACHTIO_PLAIN } = given
  if (admin === undefined) return []
  const problems: [string, string][] = []
  if (DRACHTIO_SECRET === undefined) problems.push(['DRACHTIO_SECRET', 'must be set together with DRACHTIO_ADDRESS'])
  if (DRACHTIO_AUTHORITIES === undefined && DRACHTIO_PLAIN === 'loopback' && !LOOPBACK.test(admin.host))
    problems.push([
      'DRACHTIO_AUTHORITIES',
      `must be set, as ${admin.host} is not on loopback and the secret would pass in plain; DRACHTIO_PLAIN=anywhere allows that`
    ])
  return problems
}

/** What makes no sense without another one: the variable that is missing, and why. */
function missing(given: z.output<typeof variables>): readonly (readonly [variable: string, why: string])[] {
  const { SIP_TLS_ADDRESS, TLS_CERTIFICATE, TLS_KEY, HTTP_TLS, PHONE_SRTP, TRUNK_SRTP } = given
  const problems = [...missingForClients(given), ...missingForDrachtio(given)]
  const needsCertificate = HTTP_TLS === 'on' ? 'HTTP_TLS=on' : SIP_TLS_ADDRESS !== undefined ? 'SIP_TLS_ADDRESS' : undefined
  if (needsCertificate !== undefined && TLS_CERTIFICATE === undefined)
    problems.push(['TLS_CERTIFICATE', `must be set together with ${needsCertificate}`])
  if ((needsCertificate !== undefined || TLS_CERTIFICATE !== undefined) && TLS_KEY === undefined)
    problems.push(['TLS_KEY', 'must be set together with TLS_CERTIFICATE'])
  // RFC 4568 §7: the keys stand in the SIP messages.
  if (SIP_TLS_ADDRESS === undefined && (PHONE_SRTP !== 'off' || TRUNK_SRTP !== 'off'))
    problems.push([
      'SIP_TLS_ADDRESS',
      'must be set together with PHONE_SRTP and TRUNK_SRTP: without TLS everybody can read the keys'
    ])
  return problems
}

const environmentSchema = variables.superRefine((given, ctx) => {
  for (const [variable, message] of missing(given)) ctx.addIssue({ code: 'custom', path: [variable], message })
})

/** What the process was told from outside, under its own names. */
export type Environment = Readonly<z.output<typeof environmentSchema>>

/** Variables as they were given: the real environment over the `.env` file of the working directory. */
export type Variables = Readonly<Record<string, string | undefined>>

/** The only reader of `process.env`. */
export function readVariables(directory: string = process.cwd()): Variables {
  const file = resolve(directory, '.env')
  return { ...(existsSync(file) ? parse(readFileSync(file)) : {}), ...process.env }
}

/** Checks the variables; an empty one counts as unset. Throws an AppError that names each bad variable. */
export function readEnvironment(variables: Variables): Environment {
  const given = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''))
  const result = environmentSchema.safeParse(given)
  if (result.success) return Object.freeze(result.data)

  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  throw new AppError('ENVIRONMENT_INVALID', 'client', 'An environment variable is wrong', { details: { problems } })
}
