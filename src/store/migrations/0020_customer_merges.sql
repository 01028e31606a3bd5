-- Two customers who were one. What there was before, and what was moved, is enough to take it back.
create table customer_merges (
  number    bigint      generated always as identity primary key,
  at        timestamptz not null default now(),
  -- The user who did it.
  made_by   text        not null,
  kept      text        not null,
  merged    text        not null,
  -- Both as they were: {"kept": …, "merged": …}.
  before    jsonb       not null,
  calls     text[]      not null,
  recordings text[]     not null,
  undone_at timestamptz,
  undone_by text
);
create index customer_merges_by_kept on customer_merges (kept) where undone_at is null;

-- A customer and all who are one with them: a call that went on meanwhile is written with who it was then.
create function customers_merged_into(customer text) returns setof text language sql stable as $$
  with recursive one as (
    select customer as id
    union
    select m.merged from customer_merges m join one on m.kept = one.id where m.undone_at is null
  )
  select id from one
$$;
