import type { CallReach, PastOf } from '../domain/ports/customer-desk.ts'

/** A query, and the values of its places. */
export interface Query {
  readonly text: string
  readonly values: readonly unknown[]
}

const ms = (column: string) => `floor(extract(epoch from ${column}) * 1000)::bigint`

const callRows = `
  select 'call' as kind, c.started_at as at, c.call_id as id, json_build_object(
    'callId', c.call_id, 'contactId', c.contact_id, 'startedAt', ${ms('c.started_at')}, 'endedAt', ${ms('c.ended_at')},
    'caller', c.caller, 'dialed', c.dialed, 'door', c.door, 'intent', c.intent, 'queues', c.queues, 'agents', c.agents,
    'tags', coalesce(c.tags, '{}'), 'result', c.result) as body
  from calls c`

const messageRows = `
  select 'message', r.created_at as at, r.recording_id as id, json_build_object(
    'voicemailId', r.recording_id, 'contactId', r.contact_id, 'startedAt', ${ms('r.created_at')},
    'queues', array[r.queue], 'agents', r.agents, 'seconds', r.duration_ms / 1000.0::double precision, 'state', r.state)
  from recordings r`

const callbackRows = `
  select 'callback', b.booked_at as at, b.id as id, b.body::json
  from callbacks b`

/** Who are one with the customer at that place of the values. */
const oneWith = (place: string) => `array(select customers_merged_into(${place}))`

/** The newest contacts that fit and are within reach, by a call of theirs or their queue. */
export function contactQuery({ customer, contact, notCall }: PastOf, reach: CallReach | undefined, limit: number): Query {
  const values: unknown[] = []
  const at = (value: unknown) => `$${values.push(value)}`
  const ids = customer === undefined ? undefined : oneWith(at(customer))
  const id = contact === undefined ? undefined : at(contact)
  const other = notCall === undefined ? undefined : at(notCall)
  const within = reach && {
    agents: at(reach.agents),
    queues: at(reach.queues)
  }
  const most = at(limit)

  const called = within && `(c.agents && ${within.agents}::text[] or c.queues && ${within.queues}::text[])`
  const reached = (queue: string, contactId: string) =>
    within &&
    `(${queue} = any (${within.queues}) or exists (select from calls c where c.contact_id = ${contactId} and ${called}))`
  const list = (rows: string, ...conditions: readonly (string | undefined)[]) => {
    const where = conditions.filter((one) => one !== undefined).join(' and ')
    return `(${rows}${where === '' ? '' : ` where ${where}`} order by at desc, id desc limit ${most})`
  }
  const callbacksOf = (condition: string) => `select id from callbacks where ${condition}`
  // Some book before anybody knows who they are.
  const byNumber = callbacksOf(`number = any (array(select number from customer_numbers where customer_id = any (${ids})))`)
  const byCustomer = callbacksOf(`body #>> '{data,customer,id}' = any (${ids})`)
  const ofContact = callbacksOf(`body ->> 'contactId' = ${id}`)
  // As a list of ids: what stands in JSON PostgreSQL takes for frequent, and would look through all of them by their time for the first few.
  const among = (callbacks: string) => `b.id = any (array(${callbacks}))`
  const lists = [
    list(
      ...[callRows, ids && `c.customer_id = any (${ids})`, id && `c.contact_id = ${id}`],
      ...[other && `c.call_id <> ${other}`, called]
    ),
    list(
      ...[messageRows, "r.kind = 'voicemail'", ids && `r.customer_id = any (${ids})`],
      ...[id && `r.contact_id = ${id}`, reached('r.queue', 'r.contact_id')]
    ),
    list(
      ...[callbackRows, ids && among(`${byNumber} union all ${byCustomer}`), id && among(ofContact)],
      reached('b.queue', "b.body ->> 'contactId'")
    )
  ]
  return {
    text: `select * from (${lists.join(' union all ')}) of_all order by at desc, id desc limit ${most}`,
    values
  }
}

/** The same of a customer but that call, and the last call of each contact in which a promise is open; some come twice. */
export function promisedQuery(customer: string, notCall: string, limit: number): Query {
  const { text, values } = contactQuery({ customer, notCall }, undefined, limit)
  const last = `
    select distinct on (contact_id) call_id from calls c where customer_id = any (${oneWith('$1')}) and call_id <> $2
      and exists (select from promises p where p.contact_id = c.contact_id and p.state = 'open')
    order by contact_id, started_at desc, call_id desc`
  const promised = `${callRows} where c.call_id in (${last}) order by at desc, id desc limit $3`
  return {
    text: `select * from ((${text}) union all (${promised})) of_both order by at desc, id desc`,
    values
  }
}
