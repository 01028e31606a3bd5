-- `epoch` counts how often all sign-ins of a user were ended at once: a token tells the one it was issued in, and is void in a later one.
-- Users who are gone from the configuration keep their row and their password, and cannot sign in.
alter table users
  add column epoch      integer not null default 0,
  add column configured boolean not null default true;

-- Sign-ins that were ended before their tokens expire.
create table ended_sign_ins (
  number     bigint      generated always as identity primary key,
  sign_in    text        not null unique,
  expires_at timestamptz not null
);
