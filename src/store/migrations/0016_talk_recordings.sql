-- Recordings of talks stand beside the messages of callers.
alter table recordings
  add column channels   smallint not null default 1,
  -- The loudest sample of each window, by channel; null for recordings of earlier versions.
  add column peaks      jsonb,
  -- Who has talked to the caller in it.
  add column agents     text[]   not null default '{}',
  add column started_by text,
  -- Why it ended; null for messages, and for what a dying server left behind.
  add column cause      text,
  -- Silences where nothing was to be kept: [{from, to}], milliseconds from the beginning.
  add column pauses     jsonb    not null default '[]',
  -- The user who forbade to throw it away.
  add column protected_by text;
create index recordings_by_kind on recordings (kind, created_at desc, recording_id desc);
create index recordings_by_contact on recordings (contact_id);
create index recordings_by_agents on recordings using gin (agents);

-- Who was given audio, and who threw it away.
create index call_events_of_accesses on call_events (at desc, instance, number)
  where type in ('recording.played', 'recording.deleted', 'recording.protected', 'voicemail.changed');
