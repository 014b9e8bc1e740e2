-- What is left of years that were let go: each entry's place and hash, so that chains and tree stay verifiable.
create table law.access_log_let_go (
  writer  int4 not null,
  seq     int8 not null,
  at      timestamptz not null,
  hash    bytea not null,
  primary key (writer, seq)
);
call law.only_added_to('law.access_log_let_go');

-- Lets the entries of a year go. The log is kept for at least five years (HSLF-FS 2016:40 4:9), the youngest entry included.
create function law.let_go_of_year(year int) returns bigint language plpgsql as $$
declare
  part text := format('law.access_log_%s', year);
  gone bigint;
begin
  if make_timestamptz(year + 6, 1, 1, 0, 0, 0, 'UTC') > now() then
    raise exception 'the log of % must be kept until five years after its end', year;
  end if;
  execute format('insert into law.access_log_let_go select writer, seq, at, hash from %s', part);
  get diagnostics gone = row_count;
  execute format('alter table law.access_log detach partition %s', part);
  execute format('drop table %s', part);
  return gone;
end $$;
revoke all on function law.let_go_of_year(int) from public;
