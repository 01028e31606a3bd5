import { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { AudioReader } from '../recordings/audio-reader.ts'
import type { RecordingRow } from '../recordings/read-recordings.ts'
import { byteRange } from './byte-range.ts'
import { problem } from './errors.ts'

export interface AudioToSend {
  readonly row: RecordingRow
  readonly audio: AudioReader
  /** Called when some of the audio is about to be given away. */
  played(): void
  /** A name to be saved under; unset: to be played at once. */
  readonly fileName?: string | undefined
}

/**
 * Sends a recording, whole or the part that was asked for, and closes it. Audio that is not as it was stored breaks the answer off; where the
 * first piece shows it already, nothing is promised and the fault is thrown.
 */
export async function sendAudio(request: FastifyRequest, reply: FastifyReply, sent: AudioToSend): Promise<FastifyReply> {
  const { row, audio, played, fileName } = sent
  const stream = await prepare(request, reply, audio, row.checksum).catch(async (error: unknown) => {
    await audio.close()
    throw error
  })
  if (stream === 'nothing') {
    await audio.close()
    return reply.statusCode === 416 ? reply.send(problem('RANGE_UNSATISFIABLE', 'The audio has no such part')) : reply.send()
  }
  const { log } = request
  stream.once('error', (err) => log.error({ err, recordingId: row.recording_id }, 'A recording could not be read to its end'))
  stream.once('close', () => void audio.close().catch((err: unknown) => log.warn({ err }, 'A recording could not be closed')))
  if (fileName !== undefined) reply.header('content-disposition', `attachment; filename="${fileName}"`)
  played()
  return reply.send(stream)
}

/** Status and headers of the answer, and what goes into it. */
async function prepare(
  request: FastifyRequest,
  reply: FastifyReply,
  audio: AudioReader,
  checksum: string
): Promise<Readable | 'nothing'> {
  const etag = `"${checksum}"`
  const { range: wanted, 'if-range': ifRange } = request.headers
  // RFC 9110 §13.1.5: another file by now is sent whole.
  const range = byteRange(ifRange === undefined || ifRange === etag ? wanted : undefined, audio.size)
  reply.headers({
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-store',
    etag
  })
  if (range === undefined) {
    reply.code(416).header('content-range', `bytes */${audio.size}`)
    return 'nothing'
  }
  const { from, to } = range === 'whole' ? { from: 0, to: audio.size - 1 } : range
  const body = audio.read(from, to)
  const first = request.method === 'HEAD' ? undefined : await body.next()
  reply.type('audio/wav').header('content-length', to - from + 1)
  if (range !== 'whole') reply.code(206).header('content-range', `bytes ${from}-${to}/${audio.size}`)
  return first?.value === undefined ? 'nothing' : Readable.from(startingWith(first.value, body), { objectMode: false })
}

async function* startingWith(first: Buffer, rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield first
  yield* rest
}
