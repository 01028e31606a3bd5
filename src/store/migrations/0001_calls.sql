-- Every fact about a call, as published. `instance` names one start of one process and `number` counts its events,
-- so a batch that is sent twice leaves one row each. All other tables about calls are derived from newly inserted rows.
create table call_events (
  instance   text        not null,
  number     bigint      not null,
  call_id    text        not null,
  contact_id text        not null,
  at         timestamptz not null,
  type       text        not null,
  body       jsonb       not null,
  primary key (instance, number)
);
create index call_events_by_call on call_events (call_id, at, instance, number);
create index call_events_by_contact on call_events (contact_id);

-- One row per call. Columns are empty until the fact that fills them is known.
create table calls (
  call_id       text        primary key,
  contact_id    text        not null,
  started_at    timestamptz not null,
  answered_at   timestamptz,
  ended_at      timestamptz,
  caller        text,
  caller_name   text,
  dialed        text,
  door          text,
  language      text,
  customer_id   text,
  customer_name text,
  flow          text,       -- the first flow that took the call
  flow_version  text,
  flows         text[]      not null default '{}',
  queue         text,       -- the last one; all of them in `queues`
  queues        text[]      not null default '{}',
  agent         text,       -- the last one who talked to the caller; all of them in `agents`
  agents        text[]      not null default '{}',
  fast_path     text,
  intent        text,
  result        text,
  reason        text,
  cause         integer,
  error         text,
  queued_ms     integer,
  talked_ms     integer,
  held_ms       integer
);

-- Lists are newest first and paged by (started_at, call_id); each filter of the list has an index in that order.
create index calls_by_start    on calls (started_at desc, call_id desc);
create index calls_by_caller   on calls (caller, started_at desc, call_id desc);
create index calls_by_dialed   on calls (dialed, started_at desc, call_id desc);
create index calls_by_result   on calls (result, started_at desc, call_id desc);
create index calls_by_reason   on calls (reason, started_at desc, call_id desc);
create index calls_by_customer on calls (customer_id, started_at desc) where customer_id is not null;
create index calls_by_contact  on calls (contact_id);
create index calls_by_flows    on calls using gin (flows);
create index calls_by_queues   on calls using gin (queues);
create index calls_by_agents   on calls using gin (agents);

-- One row per party: the caller, each agent who was rung, each party that was called.
create table legs (
  call_id      text        not null,
  instance     text        not null,
  number       bigint      not null,  -- of the event that began it
  kind         text        not null check (kind in ('caller', 'agent', 'party')),
  device       text        not null,
  agent        text,
  queue        text,
  offer_id     text,
  began_at     timestamptz not null,
  ringing_at   timestamptz,
  connected_at timestamptz,
  ended_at     timestamptz,
  result       text,
  cause        integer,
  primary key (instance, number)
);
create index legs_by_call on legs (call_id, began_at);
create index legs_by_offer on legs (offer_id) where offer_id is not null;
create index legs_by_agent on legs (agent, began_at desc) where agent is not null;

-- The caller's way through the flows, secrets removed.
create table call_steps (
  call_id  text        not null,
  instance text        not null,
  number   bigint      not null,
  flow     text        not null,
  step     text        not null,
  kind     text        not null,
  at       timestamptz not null,
  took_ms  integer     not null,
  exit     text,
  detail   text,
  primary key (instance, number)
);
create index call_steps_by_call on call_steps (call_id, at, instance, number);
create index call_steps_by_flow on call_steps (flow, step, at);
