import { request } from 'node:http'
import type { InjectOptions } from 'fastify'

/** A request as it is given, whatever its path: `fetch` would make it a proper one. */
export async function rawRequest(url: string, { method = 'GET', url: path, payload = '', headers = {} }: InjectOptions) {
  const { hostname, port } = new URL(url)
  return await new Promise<{ status: number; body: string }>((resolve, reject) => {
    const asked = request(
      { hostname, port, method, path: String(path), headers: headers as Record<string, string> },
      async (answer) => {
        const parts: Buffer[] = []
        // Who is refused for the length of what they send is cut off.
        answer.on('error', () => undefined)
        answer.on('data', (part) => void parts.push(part))
        answer.on('close', () => resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(parts).toString() }))
      }
    )
    asked.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EPIPE' || error.code === 'ECONNRESET' ? resolve({ status: 413, body: '' }) : reject(error)
    )
    asked.end(typeof payload === 'string' ? payload : JSON.stringify(payload))
  })
}
