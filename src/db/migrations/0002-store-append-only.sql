-- Nothing in a record is erased or made unreadable (PDL 3:14): versions are added, never changed.
create function store.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'versions are never changed or removed (PDL 3:14)' using errcode = 'insufficient_privilege';
end $$;

create trigger ver_append_only before update or delete on store.ver
  for each statement execute function store.refuse_change();
create trigger ver_not_truncated before truncate on store.ver
  for each statement execute function store.refuse_change();
