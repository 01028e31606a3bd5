import { type LookupAddress, type LookupOptions, lookup } from 'node:dns'
import { isIP } from 'node:net'
import { Agent, type Dispatcher, request } from 'undici'
import type { RealSignal, Signal } from '../domain/abort.ts'
import type { HttpPost, PostClient, PostOutcome } from '../domain/ports/http-post.ts'
import { isAllowed, livePrefixes } from './is-allowed.ts'
import { isPrivateAddress } from './is-private-address.ts'
import { readRetryAfter } from './read-retry-after.ts'

export interface PostClientOptions {
  /** URL prefixes that may be reached wherever they are and however, as they are now. */
  readonly allowed: () => readonly string[]
  readonly connectionsMax: number
  /** What a name stands for. Default: as the system says. */
  readonly resolve?: Resolve
}

/** As Node's `dns.lookup` with `all`. */
export type Resolve = (
  hostname: string,
  options: LookupOptions & { readonly all: true },
  found: (error: Error | null, addresses: LookupAddress[]) => void
) => void

/** An answer is read so far to keep its connection; a longer one costs the connection. */
const ANSWER_BYTES_MAX = 16 * 1024
const CONNECT_MS = 5_000

/**
 * The client for webhooks, one for each: a receiver that hangs holds its own connections only. Redirects are answers, not followed.
 * What no prefix allows must be https on a public address, whatever its name is resolved to at that moment.
 */
export function openPostClient({ allowed, connectionsMax, resolve = lookup }: PostClientOptions): PostClient {
  const prefixes = livePrefixes(allowed)
  const options = { connections: connectionsMax, pipelining: 1, keepAliveTimeout: 4_000 }
  const trusted = new Agent({ ...options, connect: { timeout: CONNECT_MS } })
  const guarded = new Agent({ ...options, connect: { timeout: CONNECT_MS, lookup: publicLookup(resolve) } })
  return {
    async send(post, signal) {
      signal.throwIfAborted()
      if (isAllowed(post.url, prefixes())) return await sendWithin(trusted, post, signal)
      return isPublic(post.url) ? await sendWithin(guarded, post, signal) : { kind: 'failed', problem: 'not-allowed' }
    },
    close: async () => {
      await Promise.all([trusted.destroy(), guarded.destroy()])
    }
  }
}

/** Whether an address may be a webhook's although no prefix allows it, as far as its text says. */
export function isPublic(url: string): boolean {
  if (!URL.canParse(url)) return false
  const { protocol, hostname, username, password } = new URL(url)
  if (protocol !== 'https:' || username !== '' || password !== '') return false
  const host = hostname.replace(/^\[|\]$/g, '')
  return isIP(host) === 0 ? !/(^|\.)localhost\.?$/i.test(host) : !isPrivateAddress(host)
}

async function sendWithin(dispatcher: Agent, post: HttpPost, signal: Signal): Promise<PostOutcome> {
  // One limit over connecting, waiting and reading.
  const limit = new AbortController()
  const timer = setTimeout(() => limit.abort(), post.timeoutMs)
  const hangUp = () => limit.abort()
  signal.addEventListener('abort', hangUp, { once: true })
  try {
    const { url, headers, body } = post
    const answer = await request(url, { dispatcher, method: 'POST', headers, body, signal: limit.signal })
    await readOver(answer, limit.signal)
    const retryAfterMs = readRetryAfter(answer.headers['retry-after'], Date.now())
    return { kind: 'answered', status: answer.statusCode, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  } catch (error) {
    // The outcome says what is known of the fault; undici's own words differ by version.
    if (signal.aborted) throw signal.reason
    if (isRefused(error)) return { kind: 'failed', problem: 'not-allowed' }
    return { kind: 'failed', problem: limit.signal.aborted ? 'timeout' : 'unreachable' }
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', hangUp)
  }
}

/** The status has come, which is the answer: what breaks in the rest of it changes nothing. */
async function readOver({ body }: Dispatcher.ResponseData<unknown>, signal: RealSignal): Promise<void> {
  await body.dump({ limit: ANSWER_BYTES_MAX, signal }).catch(() => body.destroy())
}

class AddressRefused extends Error {}

function isRefused(error: unknown): boolean {
  return error instanceof AddressRefused || (error instanceof Error && error.cause instanceof AddressRefused)
}

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void

/** Resolves a name to public addresses only. Asked at each connect, so that a name cannot be one thing when checked and another when used. */
function publicLookup(resolve: Resolve): (hostname: string, options: LookupOptions, found: Found) => void {
  return (hostname, options, found) =>
    resolve(hostname, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? []
      if (error !== null) found(error, '')
      else if (first === undefined || addresses.some(({ address }) => isPrivateAddress(address)))
        found(new AddressRefused('The name is that of a private address'), '')
      else if (options.all === true) found(null, addresses)
      else found(null, first.address, first.family)
    })
}
