import type { App } from './app-type.ts'

/** Only our own scripts and sockets (CSP 3 counts websockets of the same host as 'self'). */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "media-src 'self' blob: mediastream:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'"
].join('; ')

/** Tells browsers what pages of ours may do, and whose pages may show them in a frame: nobody's, unless the centre names some. */
export function securityHeaders(app: App, embeddedIn: readonly string[]): void {
  const framed = embeddedIn.length === 0 ? "'none'" : embeddedIn.join(' ')
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'no-referrer')
    // The older header knows no list; browsers go by the policy where there is one.
    if (embeddedIn.length === 0) reply.header('x-frame-options', 'DENY')
    reply.header('permissions-policy', 'microphone=(self), camera=(), geolocation=()')
    // The API documentation brings a policy of its own, with the hashes of its inline script.
    if (!request.url.startsWith('/docs') && !reply.hasHeader('content-security-policy'))
      reply.header('content-security-policy', `${policy}; frame-ancestors ${framed}`)
  })
}
