import { AppError } from '../domain/errors.ts'

/** The id of a key that was given without one. */
const ONLY = 'default'
const KEY_BYTES = 32

/** A master key for recordings at rest; each file has a key of its own, derived from it. */
export interface RecordingKey {
  readonly id: string
  readonly secret: Buffer
}

/** The keys of a server: new recordings are sealed with the first one, earlier ones are opened with whichever sealed them. */
export class RecordingKeys {
  readonly #byId: ReadonlyMap<string, RecordingKey>
  /** Undefined: new recordings are stored plain. */
  readonly current: RecordingKey | undefined

  /** `text`: one key, or several with their ids, `ID:BASE64,ID:BASE64`. Throws RECORDINGS_KEY_INVALID. */
  constructor(text: string | undefined) {
    const keys = text === undefined ? [] : text.split(',').map(parseKey)
    this.#byId = new Map(keys.map((key) => [key.id, key]))
    if (this.#byId.size !== keys.length)
      throw new AppError('RECORDINGS_KEY_INVALID', 'client', 'Two keys for recordings have the same id')
    this.current = keys[0]
  }

  byId(id: string): RecordingKey | undefined {
    return this.#byId.get(id)
  }
}

function parseKey(text: string): RecordingKey {
  const found = /^(?:([a-z0-9-]{1,32}):)?([A-Za-z0-9+/_-]+={0,2})$/.exec(text.trim())
  const secret = Buffer.from(found?.[2] ?? '', 'base64')
  // The text itself stays out of the error: it may be nearly right.
  if (secret.length !== KEY_BYTES)
    throw new AppError('RECORDINGS_KEY_INVALID', 'client', 'A key for recordings is not 32 bytes of base64')
  return { id: found?.[1] ?? ONLY, secret }
}
