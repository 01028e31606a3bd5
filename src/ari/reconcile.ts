import type { BridgeId, ChannelId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import type { AriChannel } from './ari-channel.ts'
import type { AriChannel as ChannelJson } from './ari-json.ts'
import type { ControlPlane } from './control-plane.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { HttpLane } from './http-lane.ts'

/** A channel that we asked for may be in the making for so long. */
const PATIENCE_MS = 10_000

export interface Reconciled {
  readonly app: string
  readonly control: ControlPlane
  readonly http: HttpLane
  readonly dispatcher: Dispatcher
  /** The bridges that this process holds. */
  readonly bridges: ReadonlySet<BridgeId>
  readonly log: Log
}

/**
 * After a (re)connect: Asterisk is the truth. Tells what we missed, takes up what nobody holds, watches what goes on. `restarted`: it is
 * another process than before, so what is gone went with it.
 */
export async function reconcile(ours: Reconciled, restarted: boolean): Promise<void> {
  const held = overdue(ours)
  for (const { channel, json } of endLost(held, await ours.control.channels(), ours, restarted)) {
    ours.dispatcher.watch(channel)
    channel.named(json.name)
    await endLostRuns(channel, ours.http)
    channel.caughtUp(isOurs(json, ours.app), json.state)
  }
  for (const stray of straysOf(await ours.control.channels(), ours)) takeUp(stray, ours)
  await removeStrayBridges(ours)
}

/**
 * Now and then: ends the channels whose last event we were never sent; takes up those that nobody holds and drops the subscriptions to those that
 * are gone, each when it was so in two looks in a row. Returns the ids to look at again. It asks for the list of all channels once: of a thousand
 * calls that is what Asterisk and we have to do at a stretch.
 */
export async function compareChannels(ours: Reconciled, suspects: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  // Before the channels are asked for: what comes to be meanwhile is not among these.
  const held = overdue(ours)
  const watched = await watchedBy(ours)
  const channels = await ours.control.channels()
  endLost(held, channels, ours)
  const strays = straysOf(channels, ours)
  for (const stray of strays) if (suspects.has(stray.id)) takeUp(stray, ours)

  const existing = new Set(channels.map(({ id }) => id))
  const stale = watched.filter((id) => !existing.has(id))
  for (const id of stale) if (suspects.has(id)) await unwatch(id, ours)

  // Those whose channels of an earlier process have been cleared since.
  await removeStrayBridges(ours)
  return new Set([...strays.map(({ id }) => id), ...stale])
}

/** Nothing when Asterisk does not say it: what is stale can wait, and whose channel is gone cannot. */
async function watchedBy({ app, control, log }: Reconciled): Promise<readonly string[]> {
  try {
    return await control.watched(app)
  } catch (err) {
    log.warn({ err }, 'Asterisk does not say which channels it watches for us')
    return []
  }
}

/** Those that Asterisk must have by now. */
function overdue({ dispatcher }: Reconciled): readonly AriChannel[] {
  return dispatcher.channels.filter((channel) => channel.presence.isOverdue(performance.now(), PATIENCE_MS))
}

/** Ends those of the held that Asterisk does not have. Returns those that go on. */
function endLost(
  held: readonly AriChannel[],
  channels: readonly ChannelJson[],
  { log }: Reconciled,
  withAsterisk = false
): readonly Survivor[] {
  const existing = new Map(channels.map((json) => [json.id, json]))
  return held.flatMap((channel) => {
    const json = existing.get(channel.id)
    if (json !== undefined) return [{ channel, json }]
    log.warn({ channelId: channel.id, withAsterisk }, 'A channel ended without our being told')
    channel.destroyed({ causeText: 'Asterisk no longer has the channel', withAsterisk })
    return []
  })
}

interface Survivor {
  readonly channel: AriChannel
  readonly json: ChannelJson
}

async function endLostRuns(channel: AriChannel, http: HttpLane): Promise<void> {
  for (const id of channel.playbackIds) {
    const { status } = await http.request({ method: 'GET', uri: `playbacks/${encodeURIComponent(id)}` })
    if (status === 404) channel.playbackFinished(id, false)
  }
  for (const name of channel.recordingNames) {
    const { status } = await http.request({ method: 'GET', uri: `recordings/live/${encodeURIComponent(name)}` })
    if (status === 404) channel.recordingFinished(name, false)
  }
}

/**
 * Asterisk drops a subscription with the channel's last word alone (sub_channel_update_handler in res/stasis/app.c). One that it took too late for
 * that stays for ever. Each time we subscribed counts, so it is asked until there is none (422).
 */
async function unwatch(channelId: string, { app, http, log }: Reconciled): Promise<void> {
  log.warn({ channelId }, 'Dropping a subscription to a channel that is gone')
  const uri = `applications/${encodeURIComponent(app)}/subscription?eventSource=${encodeURIComponent(`channel:${channelId}`)}`
  while ((await http.request({ method: 'DELETE', uri })).status === 200);
}

function straysOf(channels: readonly ChannelJson[], { app, dispatcher }: Reconciled): readonly ChannelJson[] {
  return channels.filter((channel) => isOurs(channel, app) && !dispatcher.holds(channel.id as ChannelId))
}

function takeUp(stray: ChannelJson, { dispatcher, log }: Reconciled): void {
  log.warn({ channelId: stray.id }, 'Found a channel that nobody holds')
  dispatcher.stray(stray)
}

/** Inside our application now: a channel sent on to the dialplan runs something else. */
export function isOurs({ dialplan }: ChannelJson, app: string): boolean {
  return dialplan.app_name === 'Stasis' && dialplan.app_data.split(',')[0] === app
}

/** Bridges outlive everything. Ours carry the application's name, so that another server's are left alone. */
async function removeStrayBridges({ app, control, http, dispatcher, bridges, log }: Reconciled): Promise<void> {
  for (const bridge of await control.bridges()) {
    if (bridge.name !== app || bridges.has(bridge.id as BridgeId)) continue
    if (bridge.channels.some((id) => dispatcher.holds(id as ChannelId))) continue
    log.warn({ bridgeId: bridge.id }, 'Removing a bridge of an earlier process')
    await http.request({ method: 'DELETE', uri: `bridges/${encodeURIComponent(bridge.id)}` })
  }
}
