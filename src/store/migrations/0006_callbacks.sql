-- Customers who are to be called back, and those who were. `body` is the whole callback; the columns are what is looked for.
create table callbacks (
  id        text        primary key,
  number    text        not null,
  queue     text        not null,
  booked_at timestamptz not null,
  open      boolean     not null,
  revision  integer     not null,
  body      jsonb       not null
);
-- One open callback for a customer and a queue, whoever books it and on which server.
create unique index callbacks_open on callbacks (number, queue) where open;
create index callbacks_by_time on callbacks (booked_at desc, id desc);
