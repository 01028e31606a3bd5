import type { Dispatcher } from 'undici'
import { isShallow } from '../domain/json-depth.ts'

/** More than a flow can use; a service that sends more is broken. */
const BODY_BYTES_MAX = 256 * 1024

/** The body of an answer. An empty one is `undefined`; anything but JSON of a sane length and depth is not ok. Rejects when the connection breaks. */
export async function readJson({
  headers,
  body
}: Dispatcher.ResponseData<unknown>): Promise<{ ok: true; body: unknown } | { ok: false }> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length
    // Leaving the loop closes the connection, so that the rest is not read.
    if (length > BODY_BYTES_MAX) return { ok: false }
    chunks.push(chunk)
  }
  if (length === 0) return { ok: true, body: undefined }
  if (!/^application\/([\w.-]+\+)?json\b/i.test(String(headers['content-type']))) return { ok: false }
  try {
    const read: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'))
    return isShallow(read) ? { ok: true, body: read } : { ok: false }
  } catch {
    // A SyntaxError is how JSON.parse says that it is not JSON.
    return { ok: false }
  }
}
