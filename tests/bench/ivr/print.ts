import { loadavg } from 'node:os'
import { textTable } from '../../../src/commands/text-table.ts'
import { type Spread, textOf } from './figures.ts'
import type { BenchOptions } from './options.ts'
import type { Summary } from './summary.ts'

/** The tables for people. */
export function printSummary(summary: Summary, options: BenchOptions): void {
  const { rounds, calls, callsPerSecond, pin } = options
  console.log(
    `Medians of ${rounds} rounds (least–most); load of the machine ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}`
  )
  if (Object.keys(summary.cost).length > 0) {
    console.log(
      `\nCPU ms per call, ${calls} calls a round at ${callsPerSecond}/s${pin ? ', each application on a processor of its own' : ''}; database is what the application costs PostgreSQL`
    )
    console.log(costTable(summary).trimEnd())
  }
  if (Object.keys(summary.capacity).length > 0) {
    console.log('\nCalls per second held: at most 0.1 % fail, 99 of 100 answered within 100 ms')
    console.log(capacityTable(summary).trimEnd())
  }
  if (Object.keys(summary.key).length > 0) {
    console.log(`\nEnd of a key to the first packet of the next prompt, ms, at ${summary.keyRate} calls/s`)
    console.log(keyTable(summary).trimEnd())
  }
  if (Object.keys(summary.growth).length > 0) {
    console.log('\nBeside calls held in the menu: memory, CPU of the application per further call, INVITE to 200')
    console.log(growthTable(summary.growth).trimEnd())
    console.log('\nThe same beside callers to whom nothing is sent; in a queue of Switchboard, just answered by the others')
    console.log(growthTable(summary.queueGrowth).trimEnd())
  }
  if (summary.overload.length > 0) {
    console.log(
      '\nThree times as many callers as can be served, for 10 s; then half as many as can. Rounds without calls_max are there to compare with: a round with it must be as it should be'
    )
    console.log(overloadTable(summary).trimEnd())
  }
  if (Object.keys(summary.queue).length > 0) {
    console.log('\nCalls to agents: BYE of the free agent to audio both ways, ms, and CPU ms per call')
    console.log(queueTable(summary).trimEnd())
  }
}

function overloadTable({ overload }: Summary): string {
  const inOrder = [...overload].sort((one, other) => (one.callsMax ?? 0) - (other.callsMax ?? 0) || one.round - other.round)
  const rows = inOrder.map((one) => [
    `round ${one.round}`,
    String(one.callsMax ?? 'none'),
    String(one.callsPerSecond),
    `${one.calls - one.notServed} of ${one.calls}`,
    one.answerP99Ms.toFixed(0),
    one.refused === 0 ? '0' : `${one.refused} (${one.refusedP99Ms.toFixed(0)})`,
    String(one.notServed - one.refused),
    `${one.emergencies - one.emergenciesNotServed} of ${one.emergencies}`,
    `${one.inCallsLost} of ${one.inCalls}`,
    `${one.talks.cutOff} of ${one.talks.talks}`,
    `${one.talks.longestSilenceMs} (${one.talks.deafMs}), ${one.quiet.longestSilenceMs} before`,
    one.recoveredAfterMs === undefined ? 'no' : `${one.recoveredAfterMs} ms`,
    one.wrong.length === 0 ? 'as it should be' : one.wrong.join('; ')
  ])
  const heading = [
    '',
    'calls_max',
    'calls/s',
    'served',
    'their answer p99 ms',
    'turned away by 503 (p99 ms)',
    'neither',
    'emergencies served',
    'cut off in a menu',
    'talks cut off',
    'longest silence in one (we heard late by at most), ms',
    'all served again after',
    'judgement'
  ]
  return textTable(heading, rows)
}

const ratio = (one: Spread | undefined) => (one === undefined ? '' : textOf(one))

function costTable({ cost, costRatio }: Summary): string {
  const rows = entries(cost).map(([name, one]) => [
    name,
    textOf(one.asterisk),
    textOf(one.application),
    textOf(one.sum),
    ratio(costRatio[name]),
    textOf(one.database),
    textOf(one.answerP99Ms, 0),
    String(one.failed)
  ])
  return textTable(['', 'asterisk', 'application', 'sum', 'switchboard / this', 'database', 'answer p99 ms', 'failed'], rows)
}

function capacityTable({ capacity, capacityRatio }: Summary): string {
  const rows = entries(capacity).map(([name, held]) => [name, textOf(held, 0), capacityRatio[name]?.toFixed(2) ?? ''])
  return textTable(['', 'calls/s', 'switchboard / this'], rows)
}

function keyTable({ key }: Summary): string {
  const rows = entries(key).map(([name, { p50, p99, p99OfAll, calls, failed }]) => [
    name,
    textOf(p50, 0),
    textOf(p99, 0),
    p99OfAll.toFixed(0),
    String(calls),
    String(failed)
  ])
  return textTable(['', 'p50 of a round', 'p99 of a round', 'p99 of all', 'calls', 'failed'], rows)
}

function growthTable(growth: Summary['growth']): string {
  const rows = entries(growth).flatMap(([name, { rows, kbPerCall }]) => [
    ...rows.map(({ held, cameAt, asteriskKb, applicationKb, applicationMs, answerP99Ms, failed }) => [
      name,
      String(held),
      held === 0 ? '' : String(cameAt),
      (asteriskKb / 1024).toFixed(1),
      (applicationKb / 1024).toFixed(1),
      applicationMs.toFixed(2),
      answerP99Ms.toFixed(0),
      String(failed)
    ]),
    [name, 'kB a call', '', kbPerCall.asterisk.toFixed(1), kbPerCall.application.toFixed(1), '', '', '']
  ])
  return textTable(['', 'held', 'came at /s', 'asterisk MB', 'application MB', 'application ms', 'answer p99 ms', 'failed'], rows)
}

function queueTable({ queue, queueRatio }: Summary): string {
  const rows = entries(queue).map(([name, one]) => [
    name,
    textOf(one.freeToBridgedP50Ms, 0),
    one.freeToBridgedP99Ms.toFixed(0),
    textOf(one.asterisk),
    textOf(one.application),
    textOf(one.sum),
    name === 'app-queue' ? ratio(queueRatio) : '',
    String(one.failed)
  ])
  return textTable(['', 'free to audio p50', 'p99', 'asterisk', 'application', 'sum', 'switchboard / this', 'failed'], rows)
}

function entries<Name extends string, Value>(record: Partial<Record<Name, Value>>): [Name, Value][] {
  return Object.entries(record) as [Name, Value][]
}
