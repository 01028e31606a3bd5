import { z } from 'zod'
import type { App } from '../app-type.ts'
import { requires, userOf } from '../auth.ts'
import { problem } from '../errors.ts'
import type { HttpOptions } from '../http-options.ts'
import { sendAudio } from '../send-audio.ts'
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
      const audio = row && (await options.voicemails.open(row))
      if (row === undefined || audio === undefined)
        return reply.code(404).send(problem('VOICEMAIL_UNKNOWN', 'There is no such message'))
      const played = () => options.voicemails.played(row, userOf(request).username)
      return sendAudio(request, reply, { row, audio, played })
    }
  })
}
