-- Names that flows have given to a call; null until the first one.
alter table calls add column tags text[];
create index calls_by_tags on calls using gin (tags) where tags is not null;
