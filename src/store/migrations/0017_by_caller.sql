-- Callbacks and recordings are looked for by the customer; those of years stay.
create index callbacks_by_number on callbacks (number, booked_at desc, id desc);
create index recordings_by_caller on recordings (caller, created_at desc, recording_id desc);
create index recordings_by_customer on recordings (customer_id, created_at desc, recording_id desc) where customer_id is not null;
