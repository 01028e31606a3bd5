import type { DomainEventOf } from '../domain/events.ts'
import type { Database } from '../domain/ports/database.ts'
import { deriveCalls } from './derive-calls.ts'
import { deriveLegChanges, deriveNewLegs } from './derive-legs.ts'
import { type AgentEvent, type CallEvent, type Entry, isOfCall } from './entry.ts'
import { addAgentStates, addEvents, addLegs, addPromises, addWrapUps, changeCalls, changeLegs, endLegs } from './statements.ts'

type Query = Database['query']

/**
 * Writes facts and all that follows from them, in one transaction. A fact that is there already is skipped with its
 * consequences, so a batch may be sent again when nobody knows whether it arrived.
 */
export async function writeBatch(database: Database, entries: readonly Entry[]): Promise<void> {
  const unique = eachOnce(entries)
  await database.transaction(async (query) => {
    const fresh = await writeEvents(query, unique.filter(isOfCall))
    await writeCalls(query, fresh)
    await writeAgents(query, unique)
  })
}

function eachOnce(entries: readonly Entry[]): readonly Entry[] {
  // One process in the order of its facts, as nearly always, tells none twice.
  const inOrder = entries.every(({ instance, event }, index) => {
    const before = entries[index - 1]
    return before === undefined || (before.instance === instance && before.event.number < event.number)
  })
  return inOrder ? entries : [...new Map(entries.map((entry) => [keyOf(entry), entry])).values()]
}

async function writeEvents(query: Query, entries: readonly Entry<CallEvent>[]): Promise<readonly Entry<CallEvent>[]> {
  if (entries.length === 0) return []
  const known = new Set<string>()
  // Of one process, unless an earlier one was killed.
  for (const instance of new Set(entries.map((entry) => entry.instance))) {
    const its = entries.filter((entry) => entry.instance === instance)
    const facts = storable(`[${its.map(({ json }) => json).join(',')}]`)
    for (const { number } of await query<{ number: string }>(addEvents, [instance, facts])) known.add(`${instance} ${number}`)
  }
  return known.size === 0 ? entries : entries.filter((entry) => !known.has(keyOf(entry)))
}

async function writeCalls(query: Query, entries: readonly Entry<CallEvent>[]): Promise<void> {
  const send = async (statement: string, rows: readonly unknown[]) => {
    if (rows.length > 0) await query(statement, [toJson(rows)])
  }
  await send(changeCalls, deriveCalls(entries))
  await send(addLegs, deriveNewLegs(entries))
  await send(changeLegs, deriveLegChanges(entries))
  await send(
    endLegs,
    entries.flatMap(({ event }) => (event.type === 'call.ended' ? [{ call_id: event.callId, at: event.at }] : []))
  )
}

async function writeAgents(query: Query, entries: readonly Entry[]): Promise<void> {
  const states = entries.filter(
    (entry): entry is Entry<Extract<AgentEvent, { type: 'agent.changed' }>> => entry.event.type === 'agent.changed'
  )
  const wrapUps = entries.filter(
    (entry): entry is Entry<Extract<AgentEvent, { type: 'agent.wrapped-up' }>> => entry.event.type === 'agent.wrapped-up'
  )
  if (states.length > 0) {
    const rows = states.map(({ instance, event: { number, status } }) => {
      const { agentId, state, reason, since, callId, contactId } = status
      return { instance, number, agent: agentId, state, reason, since, call_id: callId, contact_id: contactId }
    })
    await query(addAgentStates, [toJson(rows)])
  }
  if (wrapUps.length > 0) {
    const rows = wrapUps.map(({ instance, event }) => {
      const { number, agentId, contactId, at, disposition, notes } = event
      return { instance, number, agent: agentId, contact_id: contactId, at, disposition, notes }
    })
    await query(addWrapUps, [toJson(rows)])
    const promises = wrapUps.flatMap(({ event }) => promisesIn(event))
    if (promises.length > 0) await query(addPromises, [toJson(promises)])
  }
}

function promisesIn({ promises = [], contactId, agentId, at }: DomainEventOf<'agent.wrapped-up'>) {
  const of = { contact_id: contactId, agent: agentId, made_at: at }
  return promises.map(({ id, what, until }) => ({
    promise_id: id,
    what,
    until,
    ...of
  }))
}

function keyOf({ instance, event }: Entry): string {
  return `${instance} ${event.number}`
}

function toJson(rows: readonly unknown[]): string {
  return storable(JSON.stringify(rows))
}

/** JSON that PostgreSQL can store: neither text nor jsonb has room for NUL or half of a surrogate pair. They are rare, so looking comes first. */
function storable(json: string): string {
  // As `JSON.stringify` writes them. Nearly always there is no escape of four digits at all, which is found much sooner.
  if (!json.includes('\\u') || !/\\u(0000|d[89a-f])/.test(json)) return json
  return JSON.stringify(JSON.parse(json), (_, value: unknown) =>
    typeof value === 'string' ? value.replace(/\0|\p{Surrogate}/gu, '�') : value
  )
}
