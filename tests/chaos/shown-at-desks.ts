import type { CallView } from '../../src/cti/messages/views.ts'
import type { Desk } from '../helpers/centre/desk.ts'
import { until } from '../helpers/until.ts'

/** What each of these desks shows of calls before a kill, and whether it does again after it. */
export class ShownAtDesks {
  readonly #before: ReadonlyMap<string, readonly string[]>
  readonly #desks: ReadonlyMap<string, Desk>
  /** Those that have been told how things stand since then: until a desk is back it shows what it knew. */
  readonly #told = new Set<string>()

  constructor(desks: ReadonlyMap<string, Desk>) {
    this.#desks = desks
    this.#before = new Map([...desks].map(([user, desk]) => [user, lines(desk, afterKill(callsAt(desk)))]))
    for (const [user, { client }] of desks) client.on('snapshot', () => this.#told.add(user))
  }

  /** What is not as it must be when all had the time for it. */
  async wrong(ms: number): Promise<readonly string[]> {
    const wrong = () =>
      [...this.#desks].flatMap(([user, desk]) => {
        const [before, after] = [this.#before.get(user) ?? [], lines(desk, callsAt(desk))]
        if (!this.#told.has(user)) return [`the desk of ${user} is not back`]
        return before.join() === after.join() ? [] : [`the desk of ${user} showed ${before}, and shows ${after}`]
      })
    // What is wrong in the end says more than that it was not in time.
    await until(() => wrong().length === 0, { ms, what: 'all desks' }).catch(() => undefined)
    return wrong()
  }
}

function callsAt({ client }: Desk): readonly CallView[] {
  return [...(client.state?.calls.values() ?? [])]
}

/** As they are to be shown then: a colleague who only rang is rung no more, and the agent is with the caller. */
function afterKill(views: readonly CallView[]): readonly CallView[] {
  const rung = views.filter(
    ({ consultationOf, connections }) => consultationOf !== undefined && connections.some(({ state }) => state === 'alerting')
  )
  const back = new Set(rung.map(({ consultationOf }) => consultationOf))
  return views
    .filter((view) => !rung.includes(view))
    .map((view) => {
      if (!back.has(view.callId)) return view
      const connections = view.connections.map((one) => (one.state === 'hold' ? { ...one, state: 'connected' as const } : one))
      return { ...view, connections }
    })
}

/** Calls, and who listens, in words that can be compared. */
function lines({ client }: Desk, views: readonly CallView[]): readonly string[] {
  const calls = views.map(({ callId, consultationOf, connections, recording, queue }) => {
    const parties = connections.map(({ deviceId, kind, state }) => `${kind} ${deviceId} ${state}`).sort()
    return [callId, consultationOf, queue, recording, ...parties].join(' ')
  })
  const listening = [...(client.state?.supervisions.values() ?? [])].map(
    ({ supervisor, agentId, callId, mode }) => `${supervisor} ${mode} ${agentId} ${callId}`
  )
  return [...calls.sort(), ...listening.sort()]
}
