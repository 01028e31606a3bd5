import { z } from 'zod'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import type { HttpOptions } from '../http-options.ts'
import { sendAudio } from '../send-audio.ts'
import { findTalk, recordingUnknown } from './recordings.ts'

/** The audio of a talk, whole or in part. Whoever is given any of it is on record. */
export function recordingAudioRoute(app: App, options: HttpOptions): void {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/api/v1/recordings/:id/audio',
    onRequest: requires(),
    schema: {
      tags: ['recordings'],
      summary: 'A talk as stereo WAV, the caller left, what they heard right; ranges are served',
      security: [{ bearer: [] }],
      produces: ['audio/wav'],
      params: z.object({ id: z.string().min(1).max(128) }),
      querystring: z.object({
        download: z.enum(['true', 'false']).optional().describe('true: to be saved as a file')
      })
    },
    async handler(request, reply) {
      const row = await findTalk(options, request, request.params.id)
      const audio = row && (await options.talks.open(row))
      if (row === undefined || audio === undefined) return reply.code(404).send(recordingUnknown)
      const played = () => options.talks.played(row, userOf(request).username)
      const stamp = row.created_at.toISOString().slice(0, 19).replaceAll(':', '-')
      const fileName = request.query.download === 'true' ? `${stamp}-${row.recording_id}.wav` : undefined
      return sendAudio(request, reply, { row, audio, played, fileName })
    }
  })
}
