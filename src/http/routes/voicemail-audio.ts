import { type FileHandle, open } from 'node:fs/promises'
import { z } from 'zod'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import { byteRange } from '../byte-range.ts'
import { problem } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { findVoicemail } from './voicemails.ts'

/** The audio of a message, whole or in part. Whoever is given any of it is on record. */
export function voicemailAudioRoute(app: App, options: HttpOptions): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/api/v1/voicemails/:id/audio',
    onRequest: requires('agent', 'supervisor', 'admin'),
    schema: {
      tags: ['voicemails'],
      summary: 'What the caller said, as WAV; ranges are served',
      security: [{ bearer: [] }],
      produces: ['audio/wav'],
      params: z.object({ id: z.string().min(1).max(128) })
    },
    async handler(request, reply) {
      const row = await findVoicemail(options, request, request.params.id)
      const file = row && (await openFile(options.voicemails.pathOf(row)))
      if (file === undefined) return reply.code(404).send(problem('VOICEMAIL_UNKNOWN', 'There is no such message'))

      const etag = `"${row?.checksum}"`
      const { size } = await file.stat()
      const { range: wanted, 'if-range': ifRange } = request.headers
      // RFC 9110 §13.1.5: another file by now is sent whole.
      const range = byteRange(ifRange === undefined || ifRange === etag ? wanted : undefined, size)
      reply.headers({ 'accept-ranges': 'bytes', 'cache-control': 'private, no-store', etag })
      if (range === undefined) {
        await file.close()
        return reply
          .code(416)
          .header('content-range', `bytes */${size}`)
          .send(problem('RANGE_UNSATISFIABLE', 'The audio has no such part'))
      }

      const { from, to } = range === 'whole' ? { from: 0, to: size - 1 } : range
      reply.type('audio/wav').header('content-length', to - from + 1)
      if (range !== 'whole') reply.code(206).header('content-range', `bytes ${from}-${to}/${size}`)
      if (request.method === 'HEAD') {
        await file.close()
        return reply.send()
      }
      if (row !== undefined) options.voicemails.played(row, userOf(request).username)
      return reply.send(file.createReadStream({ start: from, end: to }))
    }
  })
}

async function openFile(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path)
  } catch (error) {
    // Thrown away a moment ago.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
