import type { BridgeId } from '../domain/ids.ts'
import type { Log } from '../domain/log.ts'
import type { TelephonyListener } from '../domain/ports/telephony.ts'
import type { AriEvent, RestResponse } from './ari-json.ts'
import type { AsteriskOptions } from './asterisk-options.ts'
import { AsteriskTelephony } from './asterisk-telephony.ts'
import { Connection } from './connection.ts'
import { ControlPlane } from './control-plane.ts'
import { Dispatcher } from './dispatcher.ts'
import { AriRecordings } from './held-recordings.ts'
import { HttpLane } from './http-lane.ts'
import { Lanes } from './lanes.ts'
import { Phones } from './phones.ts'
import { compareChannels, type Reconciled, reconcile } from './reconcile.ts'
import { SocketRequests } from './socket-requests.ts'
import { wantedEvents } from './translate-event.ts'
import { transfersAreSafe } from './version.ts'

const SWEEP_EVERY_MS = 15_000
/** A websocket that has not answered a request for so long is taken for dead, whatever else Asterisk answers. */
const BLOCKED_MOST_MS = 30_000

export interface Connecting {
  readonly telephony: AsteriskTelephony
  /**
   * Resolves after the first attempt, also when Asterisk is not there yet: `status` tells.
   * Rejects when it never can serve us: Asterisk is too old, or does not know us. `telephony` is to be closed then as well.
   */
  readonly connected: Promise<void>
}

/** Connects to Asterisk and stays connected. What is to be built around it can be while the first attempt is under way. */
export function connectAsterisk(options: AsteriskOptions, listener: TelephonyListener, log: Log): Connecting {
  const requests = new SocketRequests()
  const http = new HttpLane(options)
  const lanes = new Lanes(requests, http)
  const control = new ControlPlane(options, http)
  const guarded = guard(listener, log)
  const dispatcher = new Dispatcher(lanes, options.app, guarded, log)
  // Held from the first comparison with Asterisk on: no strays.
  for (const id of options.expected?.channels ?? []) dispatcher.channel(id)
  const phonesApp = `${options.app}-phones`
  const { phoneTransfers = 'auto', phoneSrtp: srtp = 'off' } = options
  const mayTransfer = () => phoneTransfers === 'on' || (phoneTransfers === 'auto' && transfersAreSafe(connection.status.version))
  const phones = new Phones(control, phonesApp, log, guarded.onPhoneStatus, () => ({ transfers: mayTransfer(), srtp }))
  const bridges = new Set<BridgeId>(options.expected?.bridges)
  const ours: Reconciled = { app: options.app, control, http, dispatcher, bridges, log }

  /** Which Asterisk our channels are of. */
  let asteriskSince: string | undefined
  const connection = new Connection(
    options,
    [options.app, phonesApp],
    control,
    {
      onOpen: (send) => requests.attach(send),
      onLost: () => {
        requests.detach()
        phones.disconnected()
      },
      onStatus: guarded.onStatus,
      isBlocked: () => requests.pending > 0 && requests.stalledMs() < BLOCKED_MOST_MS,
      async onReady({ startedAt }) {
        await control.allowEvents(options.app, wantedEvents)
        await control.allowEvents(phonesApp, ['PeerStatusChange', 'ApplicationReplaced'])
        await reconcile(ours, asteriskSince !== undefined && asteriskSince !== startedAt)
        asteriskSince = startedAt
        await phones.connected()
      },
      onMessage(app, text) {
        const message = successOf(text) ?? (JSON.parse(text) as AriEvent | RestResponse)
        if (isResponse(message)) requests.receive(message)
        else if (message.type === 'ApplicationReplaced') {
          lanes.stop()
          connection.replaced(app)
        } else if (app === phonesApp) phones.receive(message)
        else dispatcher.receive(message)
      }
    },
    log
  )

  let suspects: ReadonlySet<string> = new Set()
  const compare = async () => {
    suspects = await compareChannels(ours, suspects)
    await phones.makeLate()
    await phones.compare()
  }
  const sweep = setInterval(() => {
    if (!connection.status.connected) return
    compare().catch((err: unknown) => log.warn({ err }, 'Comparing our channels with Asterisk failed'))
  }, SWEEP_EVERY_MS)
  const close = async () => {
    clearInterval(sweep)
    lanes.stop()
    await connection.close()
    await http.close()
    for (const channel of dispatcher.channels) channel.release()
  }

  const recordings = new AriRecordings(http)
  const telephony = new AsteriskTelephony({
    app: options.app,
    lanes,
    http,
    control,
    dispatcher,
    phones,
    recordings,
    connection,
    bridges,
    mayTransfer,
    close
  })
  return { telephony, connected: connection.start() }
}

/** A command that succeeded has an answer with all of a playback in it, which nobody reads: it is not parsed. The order of its fields is that of `ari_websocket_requests.c`. */
const success = /^\{"type":"RESTResponse","transaction_id":"[^"]*","request_id":"(\d+)","status_code":(2\d\d),/

function successOf(text: string): RestResponse | undefined {
  const [, request_id, status] = success.exec(text) ?? []
  return request_id === undefined ? undefined : { type: 'RESTResponse', request_id, status_code: Number(status) }
}

function isResponse(message: AriEvent | RestResponse): message is RestResponse {
  return message.type === 'RESTResponse'
}

/** A listener that throws is reported, and stops nobody. */
function guard(listener: TelephonyListener, log: Log): TelephonyListener {
  const safely =
    <Arguments extends unknown[]>(work: (...args: Arguments) => void) =>
    (...args: Arguments) => {
      try {
        work(...args)
      } catch (err) {
        log.error({ err }, 'A listener of the telephone system failed')
      }
    }
  return {
    onIncoming: safely((call) => listener.onIncoming(call)),
    onPhoneStatus: safely((user, status) => listener.onPhoneStatus(user, status)),
    onStray: safely((channel, role) => listener.onStray(channel, role)),
    onStatus: safely((status) => listener.onStatus(status))
  }
}
