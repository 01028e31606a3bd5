import { Abort, type Signal } from '../../domain/abort.ts'
import type { Subscription } from '../../domain/event-feed.ts'
import type { CallId, PlaybackId } from '../../domain/ids.ts'
import type { Log } from '../../domain/log.ts'
import { expectOrGone, type Outcome } from '../../domain/outcome.ts'
import type { Clock } from '../../domain/ports/clock.ts'
import type { Clip } from '../../domain/ports/prompts.ts'
import type { Channel, ChannelEvent } from '../../domain/ports/telephony.ts'
import { untilAborted } from '../../domain/until-aborted.ts'
import { type Line, whenConnected } from './when-connected.ts'

type Finished = Extract<ChannelEvent, { type: 'playback-finished' }>

/** How long a stopped playback may take to say so before we go on without its word. */
const STOP_LIMIT_MS = 1_000

const over = new Error('The playback has ended, or does not say so')

type Around = Line & { readonly clock: Clock; readonly log: Log }

interface Playing {
  readonly callId: CallId
  readonly channel: Channel
}

/**
 * Plays all clips as one playback, to the end or until the signal aborts. When it throws, the channel's thread is free again:
 * Asterisk would make the next command wait for the end of a running playback (res_stasis_playback.c, play_on_channel).
 */
export async function playClips(on: Playing, clips: readonly Clip[], around: Around, signal: Signal): Promise<void> {
  if (clips.length === 0) return
  let playbackId = '' as PlaybackId
  // The id changes with each attempt, so the test reads the variable. Subscribed first: a short file can finish before the answer comes.
  const finished = on.channel.events.subscribe(
    (event): event is Finished => event.type === 'playback-finished' && event.playbackId === playbackId
  )
  const begin = (files: readonly string[], expectedMs: number) => {
    playbackId = on.channel.newPlaybackId()
    return on.channel.startPlayback(playbackId, files, expectedMs)
  }
  // Not by `using`: see when-connected.ts.
  try {
    await toTheEnd(on, clips, { begin, stop: () => on.channel.stopPlayback(playbackId), finished }, around, signal)
  } finally {
    finished[Symbol.dispose]()
  }
}

interface Playback {
  begin(files: readonly string[], expectedMs: number): Promise<Outcome>
  stop(): Promise<Outcome>
  readonly finished: Subscription<Finished>
}

async function toTheEnd(
  { callId, channel }: Playing,
  clips: readonly Clip[],
  { begin, stop, finished }: Playback,
  around: Around,
  signal: Signal
): Promise<void> {
  const files = clips.map((clip) => clip.file)
  const expectedMs = clips.reduce((sum, clip) => sum + clip.durationMs, 0)
  const started = await whenConnected(around, () => begin(files, expectedMs), signal)
  // Gone: the call's signal is about to abort.
  if (!expectOrGone(started, 'play')) return untilAborted(signal)

  try {
    const { failed, untold } = await finished.first(signal)
    // The caller heard a gap; the flow goes on, as it would after a prompt that they did not understand.
    if (untold) around.log.warn({ callId, channelId: channel.id, files }, 'Asterisk has not told that a prompt is over')
    else if (failed) around.log.error({ callId, channelId: channel.id, files }, 'Asterisk could not play a prompt')
  } catch (reason) {
    const stopped = await stop()
    if (stopped.ok) await endedWithin(finished, around.clock)
    throw reason
  }
  // The end of the call finishes a playback too, in the same moment.
  signal.throwIfAborted()
}

async function endedWithin(finished: Subscription<unknown>, clock: Clock): Promise<void> {
  // It is told before the answer to the command that stopped it.
  if (finished.has) return
  const either = new Abort()
  try {
    await Promise.race([finished.first(either), clock.sleep(STOP_LIMIT_MS, either)])
  } finally {
    either.abort(over)
  }
}
