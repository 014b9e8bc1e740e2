-- Patients whose number was given up for another's (HL7 v2 A40), in regions where another system still files records under it:
-- what it has of `former` is read as `survivor`'s.
create table systems.merged_patient (
  region    text not null,
  former    text not null,
  survivor  text not null,
  merged_at timestamptz not null default now(),
  primary key (region, former),
  check (former <> survivor)
);
create index merged_patient_survivor on systems.merged_patient (region, survivor);
