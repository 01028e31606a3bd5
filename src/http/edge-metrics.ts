import { Counter, Gauge, type Registry } from 'prom-client'

/** How the SIP edge stands. */
export interface EdgeFigures {
  readonly connected: boolean
  /** Calls since the start: sent on to Asterisk, and refused there, by why. */
  readonly forwarded: number
  readonly refused: Readonly<Record<string, number>>
}

/** Adds the figures of the SIP edge to those that Prometheus reads. What it refuses never becomes a call of ours, and is counted nowhere else. */
export function addEdgeMetrics(registry: Registry, figures: () => EdgeFigures): void {
  const registers = [registry]
  const connected: Gauge = new Gauge({
    ...{ name: 'switchboard_edge_connected', help: '1 while the drachtio-server of the SIP edge is connected', registers },
    collect: () => connected.set(Number(figures().connected))
  })
  const forwarded: Counter = new Counter({
    ...{ name: 'switchboard_edge_forwarded_total', help: 'Calls that the SIP edge sent on to Asterisk', registers },
    collect() {
      forwarded.reset()
      forwarded.inc(figures().forwarded)
    }
  })
  const refused: Counter = new Counter({
    ...{
      name: 'switchboard_edge_refused_total',
      help: 'Calls that the SIP edge refused: they are no calls of switchboard_calls_total',
      labelNames: ['reason'],
      registers
    },
    collect() {
      refused.reset()
      for (const [reason, count] of Object.entries(figures().refused)) refused.inc({ reason }, count)
    }
  })
}
