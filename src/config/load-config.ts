import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Centre, User } from '../domain/centre.ts'
import type { Customer } from '../domain/customer.ts'
import { toCentre, toCustomers, toUsers } from './build-centre.ts'
import { type CentreFile, centreSchema } from './centre-schema.ts'
import { checkCentre } from './check-centre.ts'
import { type Environment, readEnvironment, readVariables, type Variables } from './environment.ts'
import { fillReferences } from './fill-references.ts'
import { loadSecrets, type Secrets } from './load-secrets.ts'
import { parseYaml, readText } from './read-yaml.ts'

/** Where better voices than those of espeak-ng come from. */
export interface SpeechService {
  readonly url: string
  readonly model: string
  /** By language. */
  readonly voices: Readonly<Record<string, string>>
  readonly apiKey: string | undefined
}

/** A voice that flows ask for by its name. */
export interface FlowVoice {
  /** Variant of espeak-ng. */
  readonly espeak?: string | undefined
  /** Of the service: one, or one for each language. */
  readonly service?: string | Readonly<Record<string, string>> | undefined
}

/** All that the process was told, checked once. Rooms get their part of it, never the whole. */
export interface Config {
  readonly environment: Environment
  readonly secrets: Secrets
  readonly centre: Centre
  readonly users: readonly User[]
  /** Put into the database at start when they are not there. */
  readonly customers: readonly Customer[]
  readonly teams: ReadonlyMap<string, { readonly title: string }>
  readonly demo: boolean
  /** Name of our ARI application. */
  readonly application: string
  /** A service that makes speech. Undefined: espeak-ng alone does. */
  readonly speechService: SpeechService | undefined
  readonly flowVoices: Readonly<Record<string, FlowVoice>>
  readonly recordings: { readonly folder: string; readonly keys: string | undefined }
  readonly http: {
    readonly sessionMs: number
    readonly renewForMs: number
    readonly signInsPerMinute: number
    readonly requestsPerMinute: number
    /** Origins of applications that may show the console in a frame. */
    readonly phonesPerAddress: number
    readonly trustProxy: readonly string[]
    readonly embeddedIn: readonly string[]
  }
  /** Of our own package. */
  readonly version: string
  /** Secret of a webhook, by the variable of the environment that holds it. */
  readonly webhookSecret: (variable: string) => string | undefined
  /** The text of the centre's file, and how another one is read; that throws as `loadConfig` does. */
  readonly configuration: { readonly source: string; read(source: string): CentreFile }
}

/** Reads and checks the environment and the centre. Throws an AppError whose `details.problems` say what is wrong and where. */
export function loadConfig(variables: Variables = readVariables()): Config {
  const environment = readEnvironment(variables)
  const schema = centreSchema.superRefine(checkCentre)
  const read = (text: string) => parseYaml(environment.CONFIG, text, schema, (raw) => fillReferences(raw, variables))
  const source = readText(environment.CONFIG)
  const file = read(source)
  return freezeDeep({
    environment,
    secrets: loadSecrets(environment),
    centre: toCentre(file),
    users: toUsers(file),
    customers: toCustomers(file),
    teams: new Map(Object.entries(file.teams)),
    demo: file.demo,
    application: `switchboard-${environment.INSTANCE}`,
    speechService: speechServiceOf(file, environment),
    flowVoices: file.speech.flow_voices,
    recordings: {
      folder: environment.RECORDINGS ?? join(environment.DATA_DIR, 'recordings'),
      keys: environment.RECORDINGS_KEY
    },
    http: {
      sessionMs: file.http.session,
      renewForMs: file.http.renew_for,
      signInsPerMinute: file.http.sign_ins_per_minute,
      requestsPerMinute: file.http.requests_per_minute,
      phonesPerAddress: file.http.phones_per_address,
      trustProxy: file.http.trust_proxy,
      embeddedIn: file.http.embedded_in
    },
    webhookSecret: (variable: string) => (variable.startsWith('WEBHOOK_') ? variables[variable] : undefined),
    version: readVersion(),
    configuration: { source, read }
  })
}

function speechServiceOf({ speech }: CentreFile, { SPEECH_API_KEY: apiKey }: Environment): SpeechService | undefined {
  return speech.provider === 'espeak' ? undefined : { url: speech.url, model: speech.model, voices: speech.voices, apiKey }
}

function readVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  return String((JSON.parse(text) as { version: unknown }).version)
}

function freezeDeep<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const child of value instanceof Map ? value.values() : Object.values(value)) freezeDeep(child)
  return Object.freeze(value)
}
