-- What the law needs to know, and the log that proves what was done.
create schema law;

-- Units where a patient is, is booked, or lately was in care (vårdrelation, PDL 4:1).
create table law.care_relation (
  region   text collate "C" not null,
  patient  text collate "C" not null,
  unit     text collate "C" not null,
  until    timestamptz      not null,
  primary key (region, patient, unit)
);
create index care_relation_by_unit on law.care_relation (region, unit, until);

-- Inner blocks (inre spärr, PDL 4:4). Lifted ones stay, with when.
create table law.block (
  id       uuid primary key default gen_random_uuid(),
  region   text collate "C" not null,
  patient  text collate "C" not null,
  unit     text collate "C" not null,
  since    timestamptz,
  until    timestamptz,
  set_at   timestamptz not null default now(),
  lifted_at timestamptz
);
create index block_by_patient on law.block (region, patient);

-- In which session, commission and purpose something was done: said once, so that a log row is small.
create table law.access_context (
  id         int4 primary key generated always as identity,
  region     text collate "C" not null,
  session    text collate "C" not null,
  person     text collate "C" not null,  -- employee's HSA-id
  commission text collate "C" not null,
  unit       text collate "C" not null,
  provider   text collate "C" not null,
  purpose    text collate "C" not null,
  unique (session, region, person, commission, unit, provider, purpose)
);

-- The access log (åtkomstlogg, PDL 4:3, HSLF-FS 2016:40 4:9): one row a request and patient.
create table law.access_log (
  id         int8 generated always as identity,
  at         timestamptz not null default clock_timestamp(),
  context    int4 not null,              -- law.access_context
  patient    text collate "C",           -- null: what was opened concerns no patient
  action     text collate "C" not null,
  outcome    text collate "C" not null,  -- permit | deny
  paragraph  text,                       -- what a denial rests on
  reason     text,                       -- the user's own
  resources  text collate "C" not null   -- what was disclosed or written: Type/id/version, space between
);
create index access_log_by_patient on law.access_log (patient, at);

create function law.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the access log is only added to' using errcode = 'insufficient_privilege';
end $$;

create trigger access_log_append_only before update or delete on law.access_log
  for each statement execute function law.refuse_change();
create trigger access_log_not_truncated before truncate on law.access_log
  for each statement execute function law.refuse_change();

create trigger access_context_append_only before update or delete on law.access_context
  for each statement execute function law.refuse_change();
create trigger access_context_not_truncated before truncate on law.access_context
  for each statement execute function law.refuse_change();
