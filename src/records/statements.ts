/** Statements of one batch. Each takes all its rows as one JSON array: one round trip, and one plan whatever the size. */

/** Facts of calls as they were told, all of the process $1, and the steps among them. Gives the numbers of those that were there before: usually none. */
export const addEvents = `
  with told as materialized (
    select event, (event->>'number')::bigint as number from jsonb_array_elements($2::jsonb) as event),
  added as (
    insert into call_events (instance, number, call_id, contact_id, at, type, body)
    select $1::text, number, event->>'callId', event->>'contactId', to_timestamp((event->>'at')::double precision / 1000.0), event->>'type',
      event - array['callId', 'contactId', 'at', 'number', 'type']
    from told
    on conflict do nothing
    returning number),
  steps as (
    insert into call_steps (instance, number, call_id, flow, step, kind, at, took_ms, exit, detail)
    select $1::text, number, event->>'callId', event->>'flow', entry->>'step', entry->>'kind',
      to_timestamp((entry->>'at')::double precision / 1000.0), round((event->>'tookMs')::numeric)::integer, entry->>'exit', entry->>'detail'
    from told, lateral (select event->'entry' as entry) e
    where event->>'type' = 'step.left'
    on conflict do nothing)
  select number from told except select number from added`

/** A call has one end, the first that was told: a server that was killed in that moment may tell another when it is back. */
export const changeCalls = `
  insert into calls as c (
    call_id, contact_id, started_at, answered_at, ended_at, caller, caller_name, dialed, door, language, customer_id, customer_name,
    flow, flow_version, flows, queue, queues, agent, agents, fast_path, intent, tags, result, reason, cause, error, queued_ms, talked_ms, held_ms)
  select
    call_id, contact_id, to_timestamp(started_at / 1000.0), to_timestamp(answered_at / 1000.0), to_timestamp(ended_at / 1000.0),
    caller, caller_name, dialed, door, language, customer_id, customer_name,
    flow, flow_version, flows, queue, queues, agent, agents, fast_path, intent, tags, result, reason, cause, error, queued_ms, talked_ms, held_ms
  from json_to_recordset($1::json) as e (
    call_id text, contact_id text, started_at double precision, answered_at double precision, ended_at double precision,
    caller text, caller_name text, dialed text, door text, language text, customer_id text, customer_name text,
    flow text, flow_version text, flows text[], queue text, queues text[], agent text, agents text[], fast_path text, intent text,
    tags text[], result text, reason text, cause integer, error text, queued_ms double precision, talked_ms double precision, held_ms double precision)
  on conflict (call_id) do update set
    started_at = least(c.started_at, excluded.started_at),
    answered_at = coalesce(c.answered_at, excluded.answered_at),
    ended_at = case when c.result is null then coalesce(excluded.ended_at, c.ended_at) else c.ended_at end,
    caller = coalesce(c.caller, excluded.caller),
    caller_name = coalesce(c.caller_name, excluded.caller_name),
    dialed = coalesce(c.dialed, excluded.dialed),
    door = coalesce(c.door, excluded.door),
    language = coalesce(excluded.language, c.language),
    customer_id = coalesce(excluded.customer_id, c.customer_id),
    customer_name = coalesce(excluded.customer_name, c.customer_name),
    flow = coalesce(c.flow, excluded.flow),
    flow_version = coalesce(c.flow_version, excluded.flow_version),
    flows = c.flows || array(select f from unnest(excluded.flows) f where f <> all (c.flows)),
    queue = coalesce(excluded.queue, c.queue),
    queues = c.queues || array(select q from unnest(excluded.queues) q where q <> all (c.queues)),
    agent = coalesce(excluded.agent, c.agent),
    agents = c.agents || array(select a from unnest(excluded.agents) a where a <> all (c.agents)),
    fast_path = coalesce(excluded.fast_path, c.fast_path),
    intent = coalesce(excluded.intent, c.intent),
    tags = coalesce(excluded.tags, c.tags),
    result = case when c.result is null then coalesce(excluded.result, c.result) else c.result end,
    reason = case when c.result is null then coalesce(excluded.reason, c.reason) else c.reason end,
    cause = case when c.result is null then coalesce(excluded.cause, c.cause) else c.cause end,
    error = case when c.result is null then coalesce(excluded.error, c.error) else c.error end,
    queued_ms = case when c.result is null then coalesce(excluded.queued_ms, c.queued_ms) else c.queued_ms end,
    talked_ms = case when c.result is null then coalesce(excluded.talked_ms, c.talked_ms) else c.talked_ms end,
    held_ms = case when c.result is null then coalesce(excluded.held_ms, c.held_ms) else c.held_ms end`

export const addLegs = `
  insert into legs (instance, number, call_id, kind, device, agent, queue, offer_id, began_at)
  select instance, number, call_id, kind, device, agent, queue, offer_id, to_timestamp(began_at / 1000.0)
  from json_to_recordset($1::json) as e (
    instance text, number bigint, call_id text, kind text, device text, agent text, queue text, offer_id text, began_at double precision)
  on conflict do nothing`

/** The same device may take part several times in one call: the change belongs to the latest leg that had begun by then. */
export const changeLegs = `
  update legs set
    ringing_at = coalesce(legs.ringing_at, u.ringing_at),
    connected_at = coalesce(legs.connected_at, u.connected_at),
    ended_at = coalesce(legs.ended_at, u.ended_at),
    result = coalesce(legs.result, u.result),
    cause = coalesce(legs.cause, u.cause)
  from (
    select leg.instance, leg.number,
      to_timestamp(min(e.ringing_at) / 1000.0) as ringing_at, to_timestamp(min(e.connected_at) / 1000.0) as connected_at,
      to_timestamp(min(e.ended_at) / 1000.0) as ended_at, min(e.result) as result, min(e.cause) as cause
    from json_to_recordset($1::json) as e (
      call_id text, at double precision, kind text, device text, offer_id text,
      ringing_at double precision, connected_at double precision, ended_at double precision, result text, cause integer)
    cross join lateral (
      select instance, number from legs l
      where l.call_id = e.call_id
        and (e.kind is null or l.kind = e.kind)
        and (e.device is null or l.device = e.device)
        and (e.offer_id is null or l.offer_id = e.offer_id)
        and l.began_at <= to_timestamp(e.at / 1000.0)
      order by l.began_at desc, l.number desc limit 1) leg
    group by leg.instance, leg.number) u
  where legs.instance = u.instance and legs.number = u.number`

export const endLegs = `
  update legs set ended_at = to_timestamp(e.at / 1000.0)
  from json_to_recordset($1::json) as e (call_id text, at double precision)
  where legs.call_id = e.call_id and legs.ended_at is null`

export const addAgentStates = `
  insert into agent_states (instance, number, agent, state, reason, since, call_id, contact_id)
  select instance, number, agent, state, reason, to_timestamp(since / 1000.0), call_id, contact_id
  from json_to_recordset($1::json) as e (
    instance text, number bigint, agent text, state text, reason text, since double precision, call_id text, contact_id text)
  on conflict do nothing`

export const addPromises = `
  insert into promises (promise_id, contact_id, agent, made_at, what, until)
  select promise_id, contact_id, agent, to_timestamp(made_at / 1000.0), what, until
  from json_to_recordset($1::json) as e (
    promise_id text, contact_id text, agent text, made_at double precision, what text, until text)
  on conflict do nothing`

export const addWrapUps = `
  insert into wrap_ups (instance, number, agent, contact_id, at, disposition, notes)
  select instance, number, agent, contact_id, to_timestamp(at / 1000.0), disposition, notes
  from json_to_recordset($1::json) as e (
    instance text, number bigint, agent text, contact_id text, at double precision, disposition text, notes text)
  on conflict do nothing`
