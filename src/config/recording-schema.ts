import { z } from 'zod'
import { recordRules } from '../domain/queue.ts'
import { duration } from './duration.ts'

const keep = duration.refine((ms) => ms >= 60_000, 'expected at least 1m')

/** What becomes of the recordings of the centre. */
export const recordings = z.strictObject({
  keep_voicemail: keep
    .prefault('90d')
    .describe('How long messages of callers are kept; then they are deleted, heard or not. Default: 90d'),
  keep_talks: keep
    .prefault('90d')
    .describe('How long recordings of talks are kept, unless their queue says otherwise. Default: 90d'),
  agents_listen: z.boolean().default(false).describe('Whether agents may hear the recordings of their own talks. Default: false')
})

/** Recordings of one queue. */
export const recordingFields = {
  record: z
    .enum(recordRules)
    .default('on-demand')
    .describe('Whether its talks are recorded: always, on-demand (from a desk, or by a flow), never. Default: on-demand'),
  keep_recordings: keep.optional().describe('How long they are kept. Left out: `recordings.keep_talks`')
}
