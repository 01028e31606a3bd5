import type { DomainEventOf } from '../../src/domain/events.ts'
import { isRecorded } from '../../src/records/entry.ts'
import { Pairs } from '../helpers/pairs.ts'
import { factsOf } from '../soak/facts-of.ts'
import { grouped } from '../soak/grouped.ts'
import type { CallSeen } from './chaos-callers.ts'
import type { ChaosEvidence, Violation, WrittenCall } from './chaos-evidence.ts'
import { checkLog } from './check-log.ts'
import type { Done, InjuryName } from './injuries.ts'

/** What is told, heard of and acted upon within this time counts as the same moment, on a busy machine. */
const SOON_MS = 5_000
/** What a killed server had told and not yet handed on for good. */
const UNWRITTEN_MS = 3_000
/** Until a call that begins is in the live store and known to Asterisk as ours, on a busy machine. */
const INSTANT_MS = 1_000

const kills: readonly InjuryName[] = ['server-killed', 'killed-without-database']
/** While one of these lasts, and a moment longer, callers are served by the dialplan or by nobody. */
const keepsCallsAway: readonly InjuryName[] = ['asterisk-killed', 'ari-cut', 'ari-cut-10', 'ari-cut-60', 'ari-dead', ...kills]

/** Everything that must not be, after whatever was done. */
export function checkChaos(all: ChaosEvidence): Violation[] {
  return [
    ...all.notWell,
    ...checkDone(all),
    ...checkSeen(all),
    ...checkRows(all),
    ...checkFacts(all),
    ...checkResumed(all),
    ...checkDesks(all),
    ...checkNumbers(all),
    ...checkLeft(all),
    ...checkLog(all)
  ]
}

function between({ injuries }: ChaosEvidence, names: readonly InjuryName[], from: number, to: number): Done | undefined {
  return injuries.find(
    ({ name, beganAt, healedAt, wellAt }) =>
      names.includes(name) && beganAt - SOON_MS <= to && (wellAt ?? healedAt ?? Number.POSITIVE_INFINITY) + SOON_MS >= from
  )
}

/** Callers in are outcomes out: each call has one row, unless the dialplan or nobody served it, or it never came. */
function checkSeen(all: ChaosEvidence): Violation[] {
  const rows = grouped(all.rows, ({ caller_name: name }) => String(name))
  const wrong = all.seen.flatMap((call): Violation[] => {
    const own = rows.get(call.name) ?? []
    const [row] = own
    if (own.length > 1) return [{ what: 'A caller has more than one record', about: { call, own } }]
    if (call.endedBy === undefined) return [{ what: 'A caller did not see the end of their call', about: call }]
    if (row !== undefined) return checkAgainst(all, call, row)
    const wasNobodys = call.answeredAt === undefined && call.endedBy !== 'server'
    if (wasNobodys || between(all, keepsCallsAway, call.placedAt, call.answeredAt ?? call.endedAt ?? call.placedAt)) return []
    return [{ what: 'A caller has no record', about: call }]
  })
  const known = new Set(all.seen.map(({ name }) => name))
  const strange = all.rows.filter(({ caller_name: name }) => name === null || !known.has(name))
  return [...wrong, ...strange.map((about) => ({ what: 'A record has no caller', about, callId: about.call_id }))]
}

/** The record tells what the caller saw. */
function checkAgainst(all: ChaosEvidence, call: CallSeen, row: WrittenCall): Violation[] {
  const { result, reason } = row
  const endedAt = call.endedAt ?? 0
  const during = (...names: InjuryName[]) => between(all, names, call.placedAt, endedAt) !== undefined
  const saysCaller = String(reason).startsWith('caller-hung-up')
  const ended = all.facts.find((fact) => fact.type === 'call.ended' && fact.callId === row.call_id)
  const crossed = ended !== undefined && Math.abs(ended.at - endedAt) < SOON_MS
  const isBlind = during(...keepsCallsAway, 'clock-jump') || crossed
  const wrong = [
    ...(result === 'failed' && reason === 'fault' ? ['A call failed by a fault'] : []),
    ...(reason === 'asterisk-lost' && !during('asterisk-killed') ? ['A call was lost with an Asterisk that was there'] : []),
    ...(reason === 'server-restarted' && !during(...kills) ? ['A call was lost with a server that was there'] : []),
    ...(reason === 'server-restarted' && wasKept(all, row) && !during('asterisk-killed', 'disk-full', 'clock-jump')
      ? ['A call that had been written down was lost with its server']
      : []),
    ...(call.endedBy === 'line' && !isOfLoss(all, call, row) ? ['A call that Asterisk took along has another cause'] : []),
    ...(call.endedBy === 'server' && saysCaller && !isBlind ? ['A caller was hung up, and is said to have done it'] : []),
    ...(call.endedBy === 'caller' && !saysCaller && !isBlind && result !== 'failed'
      ? ['A caller hung up, and is said not to have']
      : [])
  ]
  return wrong.map((what) => ({ what, about: { call, row }, callId: row.call_id }))
}

/** Whether the call had begun so long before its server was killed that the next one must go on with it. */
function wasKept({ facts, runs }: ChaosEvidence, { call_id: callId }: WrittenCall): boolean {
  const started = facts.find((fact) => fact.type === 'call.started' && fact.callId === callId)
  const killedAt = started && runs[started.run]?.endedAt
  return started !== undefined && killedAt !== undefined && started.at < killedAt - INSTANT_MS
}

/** Whoever was on the line as Asterisk ended was lost with it, unless their call had just come to its end, or its server is not the same. */
function isOfLoss(all: ChaosEvidence, { endedAt = 0 }: CallSeen, { call_id: callId, reason }: WrittenCall): boolean {
  if (reason === 'asterisk-lost' || reason === 'server-restarted') return true
  const ended = all.facts.find((fact) => fact.type === 'call.ended' && fact.callId === callId)
  return ended !== undefined && ended.at <= endedAt + 500
}

/** Each call has one end, in the records as in what was told. */
function checkRows({ rows, written, facts }: ChaosEvidence): Violation[] {
  const ends = grouped(
    written.filter(({ type }) => type === 'call.ended'),
    ({ call_id: callId }) => callId
  )
  const told = grouped(factsOf(facts, 'call.ended'), ({ callId }) => callId)
  return rows.flatMap((row) => {
    const own = ends.get(row.call_id) ?? []
    const [end] = told.get(row.call_id) ?? []
    const outcome = `${row.result} ${row.reason}`
    return [
      ...(row.result === null || row.reason === null ? ['A record has no end'] : []),
      ...(own.length === 1 ? [] : ['A call is not recorded to have ended once']),
      ...((told.get(row.call_id)?.length ?? 0) > 1 ? ['A call was told to have ended twice'] : []),
      ...(end === undefined || outcomeOf(end) === outcome ? [] : ['The record has another outcome than the call'])
    ].map((what) => ({ what, about: { row, ends: own }, callId: row.call_id }))
  })
}

function outcomeOf({ termination }: DomainEventOf<'call.ended'>): string {
  return `${termination.result} ${termination.reason}`
}

/** Nothing that was told is lost, and in each life of the server nobody is with two and each offer ends. */
function checkFacts({ facts, written, runs }: ChaosEvidence): Violation[] {
  const kept = new Set(written.map(({ call_id: callId, type, number }) => `${callId} ${type} ${number}`))
  return runs.flatMap((run, index) => {
    const own = facts.filter((fact) => fact.run === index)
    const isFresh = (at: number) => run.end !== undefined && run.end !== 'stopped' && at > (run.endedAt ?? 0) - UNWRITTEN_MS
    const lost = own.filter(
      (fact) =>
        'callId' in fact && isRecorded(fact) && !isFresh(fact.at) && !kept.has(`${fact.callId} ${fact.type} ${fact.number}`)
    )
    const pairs = new Pairs()
    const double = own.filter((fact) => !pairs.allow(fact))
    const ended = new Set(factsOf(own, 'offer.ended').map(({ offerId }) => offerId))
    const open = run.end === 'killed' ? [] : factsOf(own, 'offer.made').filter(({ offerId }) => !ended.has(offerId))
    const call = (fact: object) => ('callId' in fact ? { callId: String(fact.callId) } : {})
    return [
      ...(run.end === 'died' ? [{ what: 'The server died', about: run }] : []),
      ...lost.map((about) => ({ what: 'What was told is not in the records', about, ...call(about) })),
      ...double.map((about) => ({ what: 'Somebody was with two', about, ...call(about) })),
      ...open.map((about) => ({ what: 'An offer did not end', about, ...call(about) })),
      ...(run.end === 'killed' ? [] : pairs.left.map((about) => ({ what: 'An agent was never let go', about })))
    ]
  })
}

/** Who waited as Asterisk ended, and called again, has their place. */
function checkResumed({ seen, facts, rows }: ChaosEvidence): Violation[] {
  const callIdOf = new Map(rows.map((row) => [row.caller_name, row.call_id]))
  return seen.flatMap((call): Violation[] => {
    const before = call.after === undefined ? undefined : callIdOf.get(call.after)
    const queued = factsOf(facts, 'call.queued').find(({ callId }) => callId === callIdOf.get(call.name))
    if (before === undefined || queued === undefined) return []
    const left = factsOf(facts, 'call.dequeued').findLast(({ callId }) => callId === before)
    const lost = facts.find((fact) => fact.type === 'call.ended' && fact.callId === before)
    const isLost = lost?.type === 'call.ended' && lost.termination.reason === 'asterisk-lost'
    if (!isLost || left?.exit !== 'callerGone' || queued.resumes === before) return []
    return [
      { what: 'Who was lost in a queue and called again has not their place', about: { call, left, queued }, callId: before }
    ]
  })
}

/**
 * The administrator's desk was told of each end once, unless the server was killed in the same moment, or the desk had not come back to the
 * next. Of a call that died with an earlier server it knows by the snapshot that it has got since.
 */
function checkDesks({ facts, cleared, runs, deskBackAt }: ChaosEvidence): Violation[] {
  const told = grouped(cleared, ({ callId }) => callId)
  const begun = new Set(
    facts.flatMap((fact) => (fact.type === 'call.started' || fact.type === 'call.restored' ? [`${fact.run} ${fact.callId}`] : []))
  )
  return factsOf(facts, 'call.ended').flatMap((end) => {
    const { run } = end as (typeof facts)[number]
    if (!begun.has(`${run} ${end.callId}`)) return []
    const own = told.get(end.callId) ?? []
    const isFresh = runs[run]?.end === 'killed' && end.at > (runs[run]?.endedAt ?? 0) - UNWRITTEN_MS
    const isAway = run > 0 && !deskBackAt.some((at) => at >= (runs[run]?.upAt ?? 0) && at < end.at)
    const fits = own.length === 1 && own[0]?.outcome === outcomeOf(end)
    return fits || ((isFresh || isAway) && own.length === 0)
      ? []
      : [{ what: 'The desks were not told once, and the same, that a call is over', about: { end, own }, callId: end.callId }]
  })
}

/** No desk missed an event, and none was told one twice. */
function checkNumbers({ deskNumbers }: ChaosEvidence): Violation[] {
  return [...deskNumbers].flatMap(([user, wrong]) =>
    wrong.map((about) => ({ what: 'A desk missed an event, or was told one twice', about: { user, ...about } }))
  )
}

/** A run without what it was for proves nothing. */
function checkDone({ wanted, injuries }: ChaosEvidence): Violation[] {
  const missing = wanted.filter((name) => !injuries.some((one) => one.name === name && one.healedAt !== undefined))
  return missing.map((about) => ({ what: 'An injury was not done', about }))
}

/** Nothing is left anywhere, and everybody is ready. */
function checkLeft({ figures, left }: ChaosEvidence): Violation[] {
  const { channels, bridges, subscriptions } = left
  if (figures === undefined) return [{ what: 'The server does not answer in the end', about: left }]
  const { calls, waiting, offers, stuck, callbacks } = figures
  const away = figures.agents.filter(({ state }) => state !== 'ready')
  return [
    ...(channels.length + bridges.length + subscriptions.length === 0 ? [] : [{ what: 'Asterisk is not empty', about: left }]),
    ...(calls + waiting + offers + stuck + callbacks === 0
      ? []
      : [{ what: 'The server is not empty', about: { calls, waiting, offers, stuck, callbacks } }]),
    ...(away.length === 0 ? [] : [{ what: 'Agents are not ready in the end', about: away }])
  ]
}
