-- Accesses in other systems, whose posts (StoreLog 2) are kept in the access log as rows of the kind `staff-elsewhere`.
-- Their `resources` are `LogPost/id/time`, the time in milliseconds since 1970: when it was done, as `at` is when we were told.
create function law.done_at(told timestamptz, resources text) returns timestamptz immutable parallel safe
  return case when resources like 'LogPost/%' then to_timestamp(split_part(resources, '/', 3)::float8 / 1000) else told end;
create index access_log_by_done on law.access_log (law.done_at(at, resources)) where resources like 'LogPost/%';

-- A post is taken once, whoever sends it again.
create table law.received_post (
  log_id  uuid primary key
);
call law.only_added_to('law.received_post');
