-- How far the log has been handed to another system, such as the national log service.
create table law.log_export (
  target   text collate "C" primary key,  -- region and receiver
  seqs     jsonb not null default '{}',   -- by writer: the last entry that was taken
  trying   boolean not null default false -- a call was begun whose outcome isn't known
);

-- Entries that the receiver would not take, to be looked at by people.
create table law.log_export_refusal (
  target  text collate "C" not null,
  writer  int4 not null,
  seq     int8 not null,
  at      timestamptz not null default now(),
  primary key (target, writer, seq)
);
