import type { TcpProxy } from '../tcp-proxy.ts'

/** What went over a wire to ARI, counted exactly. */
export interface AriTraffic {
  /** Over the websocket and over HTTP. */
  readonly requests: number
  /** By type, without the answers to requests. */
  readonly events: Readonly<Record<string, number>>
}

/** Counts what Asterisk says over the wire while `work` is done: every request has one answer. */
export async function ariTraffic(wire: TcpProxy, work: () => Promise<unknown>): Promise<AriTraffic> {
  const heard: Buffer[] = []
  using _ear = wire.listen((bytes) => void heard.push(bytes))
  await work()
  // Latin-1, so that no byte is lost where packets end.
  const text = Buffer.concat(heard).toString('latin1')
  const types = [...text.matchAll(/[{,]\s*"type":\s*"([A-Z][A-Za-z]+)"/g)].map(([, type]) => type ?? '')
  const events: Record<string, number> = {}
  for (const type of types) if (type !== 'RESTResponse') events[type] = (events[type] ?? 0) + 1
  const overSocket = types.filter((type) => type === 'RESTResponse').length
  return { requests: overSocket + [...text.matchAll(/HTTP\/1\.1 \d{3} /g)].length, events }
}
