-- What webhooks are to be told and were told. `seq` is the order in which it became true.
create table webhook_deliveries (
  seq          bigint      generated always as identity primary key,
  -- Given once and never changed: what a receiver knows a repetition by.
  id           uuid        not null unique,
  instance     text        not null,
  webhook      text        not null,
  -- What it is about, such as one call: the events of one lane are delivered in order.
  lane         text        not null,
  type         text        not null,
  told_at      timestamptz not null,
  -- Members of a JSON object without braces, as clients of the socket were sent them. Not jsonb: it has no room for every character.
  body         text        not null,
  state        text        not null default 'waiting' check (state in ('waiting', 'delivered', 'dead')),
  -- Since when it waits: when it was told, or replayed.
  queued_at    timestamptz not null,
  -- Since then, and in all.
  tries        integer     not null default 0,
  attempts     integer     not null default 0,
  next_at      timestamptz not null,
  last_at      timestamptz,
  last_status  integer,
  last_problem text,
  ended_at     timestamptz
);
create index webhook_deliveries_waiting on webhook_deliveries (instance, webhook, seq) where state = 'waiting';
create index webhook_deliveries_dead on webhook_deliveries (instance, webhook, seq) where state = 'dead';
create index webhook_deliveries_by_webhook on webhook_deliveries (instance, webhook, seq);
create index webhook_deliveries_ended on webhook_deliveries (ended_at) where state <> 'waiting';

-- Webhooks that nothing is sent to until somebody lets them go on.
create table webhook_stops (
  instance text        not null,
  webhook  text        not null,
  at       timestamptz not null,
  -- `gone`: the receiver answered 410; else a user.
  why      text        not null,
  primary key (instance, webhook)
);
