import { toAppError } from '../domain/errors.ts'
import type { BridgeId, ChannelId } from '../domain/ids.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { LeftInAsterisk, TakenUp } from '../domain/ports/telephony.ts'
import type { Lanes } from './lanes.ts'
import { failure } from './outcome-of.ts'
import { playbackIdsOf } from './playback-ids.ts'
import { isOurs, type Reconciled } from './reconcile.ts'

type Around = Omit<Reconciled, 'bridges' | 'log'> & { readonly lanes: Lanes; readonly bridges: Set<BridgeId> }

/** Longest recording that is taken up; its own limit stands in Asterisk. */
const LONGEST_MS = 12 * 3_600_000

/**
 * Makes what an earlier process of our application left in Asterisk ours. Its channels are in Stasis still, and Asterisk has kept the application
 * for them (app_update in res/stasis/app.c), so commands and events work at once; what happened meanwhile is told by the listing alone.
 */
export async function takeUp(left: LeftInAsterisk, parts: Around): Promise<Outcome<TakenUp>> {
  const { app, control, dispatcher, lanes, bridges } = parts
  // Before Asterisk is asked: what ends meanwhile is told by its event, what has ended before by the listing.
  const channels = left.channels.map((id) => dispatcher.channel(id))
  for (const channel of channels) channel.presence.present()
  let listed: [Awaited<ReturnType<typeof control.channels>>, Awaited<ReturnType<typeof control.bridges>>]
  try {
    listed = await Promise.all([control.channels(), control.bridges()])
  } catch (error) {
    const { code, message } = toAppError(error)
    return failure(code === 'ASTERISK_UNAVAILABLE' ? 'unavailable' : 'refused', message)
  }
  const existing = new Map(listed[0].map((json) => [json.id, json]))
  const wanted = new Set<string>(left.bridges)
  const found = listed[1].filter(({ id }) => wanted.has(id))
  for (const id of left.bridges) bridges.delete(id)
  for (const { id } of found) bridges.add(id as BridgeId)

  const elsewhere = new Set<ChannelId>()
  for (const channel of channels) {
    const json = existing.get(channel.id)
    if (json === undefined) channel.destroyed({ causeText: 'Asterisk no longer has the channel' })
    else if (!isOurs(json, app)) elsewhere.add(channel.id)
    else {
      dispatcher.watch(channel)
      channel.named(json.name)
      channel.caughtUp(true, json.state)
    }
  }
  await Promise.all(left.recordings.map((recording) => goOnRecording(recording, parts)))
  // A prompt in progress would hold up all that comes next (play_on_channel in res_stasis_playback.c).
  const stopped = left.playing.filter((id) => existing.has(id) && !elsewhere.has(id)).flatMap(playbackIdsOf)
  await Promise.all(
    stopped.map((id) => lanes.send({ method: 'DELETE', uri: `playbacks/${encodeURIComponent(id)}`, urgent: true }))
  )
  return {
    ok: true,
    value: { elsewhere, bridges: new Map(found.map(({ id, channels }) => [id as BridgeId, channels as ChannelId[]])) }
  }
}

async function goOnRecording(
  { name, channelId }: LeftInAsterisk['recordings'][number],
  { dispatcher, http }: Around
): Promise<void> {
  if (!dispatcher.holds(channelId)) return
  const channel = dispatcher.channel(channelId)
  channel.recordsAlready(name, LONGEST_MS)
  const { status } = await http.request({ method: 'GET', uri: `recordings/live/${encodeURIComponent(name)}` })
  if (status === 404) channel.recordingFinished(name, false)
}
