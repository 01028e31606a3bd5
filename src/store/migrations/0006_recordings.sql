-- Up Migration

create table recordings (
  recording_id text primary key,
  kind text not null,
  call_id text not null,
  contact_id text not null,
  caller text not null,
  caller_name text not null,
  customer_id text,
  customer_name text,
  queue text not null,
  flow text not null,
  created_at timestamptz not null,
  duration_ms integer not null,
  bytes bigint not null,
  checksum text not null,
  -- Below the folder of recordings.
  file text not null,
  state text not null default 'new',
  state_at timestamptz,
  state_by text
);
create index recordings_by_time on recordings (created_at desc, recording_id desc);
create index recordings_by_queue on recordings (queue, created_at desc, recording_id desc);
create index recordings_by_call on recordings (call_id);
create index recordings_new on recordings (queue) where state = 'new';
