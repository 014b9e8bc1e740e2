-- The access log as hash chains: see docs/access-log.md. There was no log of real people before this one.
drop table law.access_log;
drop table law.access_context;

-- Who, in which session, commission and purpose, through which app: said once, so that a log row is small.
create table law.access_context (
  id         int4 primary key generated always as identity,
  region     text collate "C" not null,
  kind       text collate "C" not null,  -- staff | patient | system | sandbox | migration
  session    text collate "C" not null,
  person     text collate "C" not null,  -- employee's HSA-id, patient's personal number, service's client id
  name       text not null,              -- as it was then
  commission text collate "C" not null,
  unit       text collate "C" not null,
  provider   text collate "C" not null,
  purpose    text collate "C" not null,
  client     text collate "C",           -- the app
  loa        text collate "C",           -- level of assurance of the login
  digest     bytea not null unique       -- SHA-256 over the above; the entries' hashes are over it
);
create index access_context_by_person on law.access_context (region, person);

-- The access log (åtkomstlogg, PDL 4:3, HSLF-FS 2016:40 4:9): one row a request and patient. A partition a year, so that one can
-- be let go when its five years are over.
create table law.access_log (
  writer     int4 not null,              -- a chain; a process has a few
  seq        int8 not null,              -- from 1 within the chain, without gaps
  at         timestamptz not null,       -- the writer's clock; never backwards within a process
  context    int4 not null,              -- law.access_context; 0 in the entry that opens a chain
  patient    text collate "C",           -- null: what was opened concerns no patient
  action     text collate "C" not null,
  outcome    text collate "C" not null,  -- permit | deny
  paragraph  text,                       -- what a denial rests on
  basis      text collate "C",           -- what a permission rests on: kind, or kind:id
  reason     text,                       -- the user's own
  request    text collate "C",           -- names the request
  query      text,                       -- what was asked for, where it names no patient
  resources  text collate "C" not null,  -- what was disclosed or written: Type/id/version, space between
  hash       bytea not null              -- SHA-256(hash before ‖ this entry)
) partition by range (at);
create index access_log_by_patient on law.access_log (patient, at);
create index access_log_by_time on law.access_log using brin (at);

create sequence law.log_writer as int4;

-- Signed statements by the sealer of how long the log is, as C2SP signed notes, and what witnesses added to them.
create table law.log_checkpoint (
  size  int8 primary key,
  at    timestamptz not null default clock_timestamp(),
  note  text not null
);
create table law.log_cosignature (
  size     int8 not null,
  witness  text collate "C" not null,
  line     text not null,
  primary key (size, witness)
);

create procedure law.only_added_to(name regclass) language plpgsql as $$
begin
  execute format('create trigger append_only before update or delete on %s for each statement execute function law.refuse_change()', name);
  execute format('create trigger not_truncated before truncate on %s for each statement execute function law.refuse_change()', name);
end $$;

do $$
declare part text;
begin
  for year in 2026..2050 loop
    execute format('create table law.access_log_%s partition of law.access_log for values from (%L) to (%L)',
      year, year || '-01-01 00:00:00+00', (year + 1) || '-01-01 00:00:00+00');
  end loop;
  create table law.access_log_other_years partition of law.access_log default;
  for part in select inhrelid::regclass::text from pg_inherits where inhparent = 'law.access_log'::regclass loop
    execute format('create unique index on %s (writer, seq)', part);
    call law.only_added_to(part::regclass);
  end loop;
end $$;

call law.only_added_to('law.access_log');
call law.only_added_to('law.access_context');
call law.only_added_to('law.log_checkpoint');
call law.only_added_to('law.log_cosignature');
