-- Callers who were cut off while they waited in a queue, and the place they had: given back when they call again soon.
create table kept_places (
  caller text        primary key,
  at     timestamptz not null,
  place  jsonb       not null
);
create index kept_places_by_time on kept_places (at);
