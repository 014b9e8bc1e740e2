-- What the law knows of a patient is remembered by each process. Who changes it tells the others, when it commits.
create function law.tell_changed() returns trigger language plpgsql as $$
begin
  perform pg_notify('karna_law', said)
    from (select distinct region || ' ' || patient as said from changed) told;
  return null;
end $$;

do $$
declare
  name text;
begin
  foreach name in array array['care_relation', 'decision', 'person', 'holding'] loop
    execute format('create trigger tell_inserted after insert on law.%I referencing new table as changed
      for each statement execute function law.tell_changed()', name);
    execute format('create trigger tell_updated after update on law.%I referencing new table as changed
      for each statement execute function law.tell_changed()', name);
    execute format('create trigger tell_deleted after delete on law.%I referencing old table as changed
      for each statement execute function law.tell_changed()', name);
  end loop;
end $$;
