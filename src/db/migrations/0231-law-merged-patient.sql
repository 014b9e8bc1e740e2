-- Which of a region's patients turned out to be another (HL7 v2 A40, Patient.link replaced-by). What closes a record, or protects
-- who somebody is, holds for all that one person was known as, whichever of the ids it's said of (PDL 4:4; OSL 22:1).
create table law.merged_patient (
  region   text collate "C" not null,
  former   text collate "C" not null,
  survivor text collate "C" not null,
  primary key (region, former),
  check (former <> survivor)
);
create index merged_patient_by_survivor on law.merged_patient (region, survivor);

insert into law.merged_patient (region, former, survivor)
  select region, former, survivor from systems.merged_patient;

-- Who changes it tells the others, of both.
create function law.tell_merged() returns trigger language plpgsql as $$
begin
  perform pg_notify('karna_law', said) from (
    select region || ' ' || former as said from changed
    union select region || ' ' || survivor from changed) told;
  return null;
end $$;

create trigger tell_inserted after insert on law.merged_patient referencing new table as changed
  for each statement execute function law.tell_merged();
create trigger tell_updated after update on law.merged_patient referencing new table as changed
  for each statement execute function law.tell_merged();
create trigger tell_deleted after delete on law.merged_patient referencing old table as changed
  for each statement execute function law.tell_merged();
