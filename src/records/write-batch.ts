import type { DomainEventOf } from '../domain/events.ts'
import type { Database } from '../domain/ports/database.ts'
import { deriveCalls } from './derive-calls.ts'
import { deriveLegChanges, deriveNewLegs } from './derive-legs.ts'
import { type AgentEvent, type CallEvent, type Entry, isOfCall } from './entry.ts'
import {
  addAgentStates,
  addEvents,
  addLegs,
  addPromises,
  addSteps,
  addWrapUps,
  changeCalls,
  changeLegs,
  endLegs
} from './statements.ts'

type Query = Database['query']

/**
 * Writes facts and all that follows from them, in one transaction. A fact that is there already is skipped with its
 * consequences, so a batch may be sent again when nobody knows whether it arrived.
 */
export async function writeBatch(database: Database, entries: readonly Entry[]): Promise<void> {
  const unique = [...new Map(entries.map((entry) => [keyOf(entry.instance, entry.event.number), entry])).values()]
  await database.transaction(async (query) => {
    const fresh = await writeEvents(query, unique.filter(isOfCall))
    await writeCalls(query, fresh)
    await writeAgents(query, unique)
  })
}

async function writeEvents(query: Query, entries: readonly Entry<CallEvent>[]): Promise<Entry<CallEvent>[]> {
  if (entries.length === 0) return []
  const rows = entries.map(({ instance, event }) => {
    const { callId, contactId, at, number, type, ...body } = event
    return { instance, number, call_id: callId, contact_id: contactId, at, type, body }
  })
  const added = await query<{ instance: string; number: string }>(addEvents, [toJson(rows)])
  const keys = new Set(added.map(({ instance, number }) => keyOf(instance, Number(number))))
  return entries.filter(({ instance, event }) => keys.has(keyOf(instance, event.number)))
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
  await send(
    addSteps,
    entries.flatMap(({ instance, event }) => {
      if (event.type !== 'step.left') return []
      const { entry, flow, tookMs, callId, number } = event
      return [{ ...entry, instance, number, call_id: callId, flow, took_ms: Math.round(tookMs) }]
    })
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

function keyOf(instance: string, number: number): string {
  return `${instance} ${number}`
}

/** JSON that PostgreSQL can store: neither text nor jsonb has room for NUL or half of a surrogate pair. They are rare, so looking comes first. */
function toJson(rows: readonly unknown[]): string {
  const json = JSON.stringify(rows)
  if (!/\\u(0000|d[89a-f])/i.test(json)) return json
  return JSON.stringify(rows, (_, value: unknown) =>
    typeof value === 'string' ? value.replace(/\0|\p{Surrogate}/gu, '�') : value
  )
}
