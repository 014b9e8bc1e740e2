-- A region that has left takes its records with it: what was kept for it is removed, once its export has a receipt. Nothing else
-- is ever removed (PDL 3:14, 3:17); the controller keeps the records from then on (GDPR 28:3 g).
create table store.departure (
  id        int4 primary key generated always as identity,
  tenant    int2        not null references store.region,
  receipt   text        not null,  -- the receipt's root and signature
  begun_at  timestamptz not null default now(),
  done_at   timestamptz,           -- from then on nothing of the region can be removed any more
  versions  int8                   -- how many were removed
);

create function store.refuse_removal() returns trigger language plpgsql as $$
begin
  if exists (select 1 from store.departure d where d.tenant = old.tenant and d.done_at is null) then
    return old;
  end if;
  raise exception 'versions are never changed or removed (PDL 3:14)' using errcode = 'insufficient_privilege';
end $$;

drop trigger ver_append_only on store.ver;
create trigger ver_append_only before update on store.ver
  for each statement execute function store.refuse_change();
create trigger ver_not_removed before delete on store.ver
  for each row execute function store.refuse_removal();
