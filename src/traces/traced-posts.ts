import type { CallId, ContactId } from '../domain/ids.ts'
import type { PostClient } from '../domain/ports/http-post.ts'
import type { Traces } from './traces.ts'

/** The same client; who is told of a call is told in whose trace and span that happened. The delivery itself is no span: it comes later, and more than once. */
export function tracedPosts(client: PostClient, traces: Pick<Traces, 'traceparent'>): PostClient {
  return {
    async send(post, signal) {
      const about = callIn(post.body)
      if (about === undefined) return await client.send(post, signal)
      return await client.send({ ...post, headers: { ...post.headers, traceparent: traces.traceparent(about) } }, signal)
    },
    close: () => client.close()
  }
}

/** An event about a call names it and its contact. */
function callIn(body: string): { readonly callId: CallId; readonly contactId: ContactId } | undefined {
  const { callId, contactId } = JSON.parse(body) as { readonly callId?: unknown; readonly contactId?: unknown }
  if (typeof callId !== 'string' || typeof contactId !== 'string') return undefined
  return { callId: callId as CallId, contactId: contactId as ContactId }
}
