-- Every version of a flow that went live, with its source, in the order they did. A version that comes back is a new row.
create table flow_versions (
  number  bigint      generated always as identity primary key,
  name    text        not null,
  -- Content hash of the source.
  version text        not null,
  file    text        not null,
  source  text        not null,
  since   timestamptz not null,
  -- The user who put it live over the API, or `file`.
  made_by text        not null
);
create index flow_versions_by_name on flow_versions (name, number);
