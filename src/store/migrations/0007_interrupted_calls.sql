-- Callers who were cut off, and where: offered to go on when they call again soon. Rows are removed when they do, or get old.
create table interrupted_calls (
  caller text        primary key,
  at     timestamptz not null,
  state  jsonb       not null
);
create index interrupted_calls_by_time on interrupted_calls (at);
