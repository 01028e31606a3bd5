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
  for (const { channel, json } of await endLostChannels(ours, restarted)) {
    ours.dispatcher.watch(channel)
    await endLostRuns(channel, ours.http)
    channel.caughtUp(isOurs(json, ours.app), json.state)
  }
  for (const stray of await findStrays(ours)) takeUp(stray, ours)
  await removeStrayBridges(ours)
}

/** Now and then: takes up channels that nobody has held for two looks in a row. Returns those to look at again. */
export async function takeUpForgotten(ours: Reconciled, suspects: ReadonlySet<string>): Promise<ReadonlySet<string>> {
  const strays = await findStrays(ours)
  for (const stray of strays) if (suspects.has(stray.id)) takeUp(stray, ours)
  // Those whose channels of an earlier process have been cleared since.
  await removeStrayBridges(ours)
  return new Set(strays.map(({ id }) => id))
}

/** Now and then: ends the channels whose last event we were never sent. Returns those that go on. */
export async function endLostChannels(
  { control, dispatcher, log }: Reconciled,
  withAsterisk = false
): Promise<readonly Survivor[]> {
  // Chosen before asking: what appears meanwhile is not in the list.
  const held = dispatcher.channels.filter((channel) => channel.presence.isOverdue(performance.now(), PATIENCE_MS))
  const existing = new Map((await control.channels()).map((json) => [json.id, json]))
  const survivors = held.flatMap((channel) => {
    const json = existing.get(channel.id)
    if (json !== undefined) return [{ channel, json }]
    log.warn({ channelId: channel.id, withAsterisk }, 'A channel ended without our being told')
    channel.destroyed({ causeText: 'Asterisk no longer has the channel', withAsterisk })
    return []
  })
  return survivors
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

async function findStrays({ app, control, dispatcher }: Reconciled): Promise<readonly ChannelJson[]> {
  return (await control.channels()).filter((channel) => isOurs(channel, app) && !dispatcher.holds(channel.id as ChannelId))
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
