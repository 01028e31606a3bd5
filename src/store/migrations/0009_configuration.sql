-- Every text of the centre's file that was applied, in the order they were. A text that comes back is a new row.
create table configuration_versions (
  number  bigint      generated always as identity primary key,
  -- Content hash of the source.
  version text        not null,
  source  text        not null,
  since   timestamptz not null,
  -- The user who changed it over the API, or `file`.
  made_by text        not null
);
