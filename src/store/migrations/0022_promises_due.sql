-- Open promises are read in the order in which they are due: by what was said, byte by byte, which is the order of days; those without a day last.
create index promises_due on promises (until collate "C", made_at, promise_id) where state = 'open';
