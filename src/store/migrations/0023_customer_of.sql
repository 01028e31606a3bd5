-- The customer of a number, as JSON with all of their numbers; null for one that nobody has. It is asked at every call: each connection keeps the
-- plan of it, which costs several times as much as carrying it out, and no pooler in between can lose it as it loses prepared statements.
create function customer_of(wanted text) returns json language plpgsql stable as $$
begin
  return (
    select row_to_json(customer) from (
      select c.*, array(select n.number from customer_numbers n where n.customer_id = c.id order by n.number) as numbers
      from customers c join customer_numbers k on k.customer_id = c.id where k.number = wanted) customer);
end
$$;
