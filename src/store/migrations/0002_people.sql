-- The timeline of each agent: in `state` from `since` to the next row's `since`.
create table agent_states (
  instance   text        not null,
  number     bigint      not null,
  agent      text        not null,
  state      text        not null,
  reason     text,
  since      timestamptz not null,
  call_id    text,
  contact_id text,
  primary key (instance, number)
);
create index agent_states_by_agent on agent_states (agent, since);

-- What agents noted after a talk.
create table wrap_ups (
  instance    text        not null,
  number      bigint      not null,
  contact_id  text        not null,
  agent       text        not null,
  at          timestamptz not null,
  disposition text,
  notes       text,
  primary key (instance, number)
);
create index wrap_ups_by_contact on wrap_ups (contact_id, at);
create index wrap_ups_by_agent on wrap_ups (agent, at);

create table customers (
  id       text  primary key,
  name     text  not null,
  segment  text  not null,
  flags    text[] not null default '{}',
  language text,
  profile  jsonb not null default '{}'
);

create table customer_numbers (
  number      text primary key,
  customer_id text not null references customers (id) on delete cascade
);
create index customer_numbers_by_customer on customer_numbers (customer_id);

create table users (
  username      text   primary key,
  name          text   not null,
  role          text   not null check (role in ('agent', 'supervisor', 'crm', 'admin')),
  teams         text[] not null default '{}',
  password_hash text
);
