import type { CallId, PlaybackId } from '../../domain/ids.ts'
import type { Log } from '../../domain/log.ts'
import { expectOrGone } from '../../domain/outcome.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Clip } from '../../domain/ports/prompts.ts'
import type { Channel, ChannelEvent } from '../../domain/ports/telephony.ts'
import { untilAborted } from '../../domain/until-aborted.ts'
import { type Line, whenConnected } from './when-connected.ts'

type Finished = Extract<ChannelEvent, { type: 'playback-finished' }>

/** How long a stopped playback may take to say so before we go on without its word. */
const STOP_LIMIT_MS = 1_000

const over = new Error('The playback has ended, or does not say so')

/**
 * Plays all clips as one playback, to the end or until the signal aborts. When it throws, the channel's thread is free again:
 * Asterisk would make the next command wait for the end of a running playback (res_stasis_playback.c, play_on_channel).
 */
export async function playClips(
  { callId, channel }: { readonly callId: CallId; readonly channel: Channel },
  clips: readonly Clip[],
  around: Line & { readonly clock: Clock; readonly log: Log },
  signal: AbortSignal
): Promise<void> {
  if (clips.length === 0) return
  const files = clips.map((clip) => clip.file)
  const expectedMs = clips.reduce((sum, clip) => sum + clip.durationMs, 0)
  let playbackId = '' as PlaybackId

  // The id changes with each attempt, so the test reads the variable. Subscribed first: a short file can finish before the answer comes.
  using finished = channel.events.subscribe(
    (event): event is Finished => event.type === 'playback-finished' && event.playbackId === playbackId
  )
  const started = await whenConnected(
    around,
    () => {
      playbackId = channel.newPlaybackId()
      return channel.startPlayback(playbackId, files, expectedMs)
    },
    signal
  )
  // Gone: the call's signal is about to abort.
  if (!expectOrGone(started, 'play')) return untilAborted(signal)

  try {
    const { failed, untold } = await finished.first(signal)
    // The caller heard a gap; the flow goes on, as it would after a prompt that they did not understand.
    if (untold) around.log.warn({ callId, channelId: channel.id, files }, 'Asterisk has not told that a prompt is over')
    else if (failed) around.log.error({ callId, channelId: channel.id, files }, 'Asterisk could not play a prompt')
  } catch (reason) {
    const stopped = await channel.stopPlayback(playbackId)
    if (stopped.ok) await endedWithin(finished.first.bind(finished), around.clock)
    throw reason
  }
  // The end of the call finishes a playback too, in the same moment.
  signal.throwIfAborted()
}

async function endedWithin(ended: (signal: AbortSignal) => Promise<unknown>, clock: Clock): Promise<void> {
  const either = new AbortController()
  try {
    await Promise.race([ended(either.signal), clock.sleep(STOP_LIMIT_MS, either.signal)])
  } finally {
    either.abort(over)
  }
}
