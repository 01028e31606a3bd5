-- Flows look for customers by a field of their profile.
create index customers_by_profile on customers using gin (profile jsonb_path_ops);
