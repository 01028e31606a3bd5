-- What agents have promised customers. A table and not a part of wrap_ups: each has a life of its own, open until somebody says what
-- became of it, and open ones are looked for. Whose they are follows from the calls of their contact, also when customers are merged.
create table promises (
  promise_id text        primary key,
  contact_id text        not null,
  agent      text        not null,
  made_at    timestamptz not null,
  what       text        not null,
  -- ISO 8601, a date or a date with its time, as it was said; null when nobody said.
  until      text,
  state      text        not null default 'open' check (state in ('open', 'kept', 'dropped')),
  state_at   timestamptz,
  -- The user who said so.
  state_by   text
);
create index promises_by_contact on promises (contact_id, made_at);
create index promises_open on promises (contact_id) where state = 'open';

-- Callbacks are part of what customers had with us.
create index callbacks_by_contact on callbacks ((body ->> 'contactId'));
create index callbacks_by_customer on callbacks ((body #>> '{data,customer,id}')) where body #>> '{data,customer,id}' is not null;
