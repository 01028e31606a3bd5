import { Counter, Gauge, type Registry } from 'prom-client'

/** How the export of traces stands. */
export interface TraceFigures {
  readonly sent: number
  readonly lost: number
  readonly waiting: number
}

/** Adds the figures of traces to those that Prometheus reads. */
export function addTraceMetrics(registry: Registry, figures: () => TraceFigures): void {
  const registers = [registry]
  const counted = (name: string, help: string, read: (now: TraceFigures) => number) => {
    const counter: Counter = new Counter({
      ...{ name, help, registers },
      collect() {
        counter.reset()
        counter.inc(read(figures()))
      }
    })
  }
  counted('switchboard_trace_spans_sent_total', 'Spans of calls that the collector of traces took', ({ sent }) => sent)
  counted('switchboard_trace_spans_lost_total', 'Spans of calls that it did not take in time', ({ lost }) => lost)
  const waiting: Gauge = new Gauge({
    ...{ name: 'switchboard_trace_spans_waiting', help: 'Spans of calls that wait to be sent', registers },
    collect: () => waiting.set(figures().waiting)
  })
}
