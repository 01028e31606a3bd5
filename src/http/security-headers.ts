import type { App } from './app-type.ts'

/** Only our own scripts and sockets (CSP 3 counts websockets of the same host as 'self'); nobody may frame the page. */
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
  "form-action 'self'",
  "frame-ancestors 'none'"
].join('; ')

/** Tells browsers what pages of ours may do. */
export function securityHeaders(app: App): void {
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-content-type-options', 'nosniff')
    reply.header('referrer-policy', 'no-referrer')
    reply.header('x-frame-options', 'DENY')
    reply.header('permissions-policy', 'microphone=(self), camera=(), geolocation=()')
    // The API documentation brings a policy of its own, with the hashes of its inline script.
    if (!request.url.startsWith('/docs') && !reply.hasHeader('content-security-policy'))
      reply.header('content-security-policy', policy)
  })
}
