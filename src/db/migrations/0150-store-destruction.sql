-- The one way by which what a record says is gone: on order of the inspectorate (PDL 8:4), or when it has been kept for as long as
-- it must be (PDL 3:17). That there were versions, and when, stays.
create table store.destroyed (
  tenant    int2        not null,
  type      int2        not null,
  id        uuid        not null,
  ver       int4        not null,
  at        timestamptz not null default clock_timestamp(),
  ground    text        not null,  -- the inspectorate's decision, or the paragraph
  primary key (tenant, type, id, ver)
);
create trigger destroyed_append_only before update or delete on store.destroyed
  for each statement execute function store.refuse_change();
create trigger destroyed_not_truncated before truncate on store.destroyed
  for each statement execute function store.refuse_change();

create function store.destroy(in_tenant int2, types int2[], ids uuid[], why text) returns bigint language plpgsql as $$
declare
  gone bigint;
begin
  if why !~ '\S' then
    raise exception 'nothing is destroyed without a ground (PDL 8:4)' using errcode = 'insufficient_privilege';
  end if;
  insert into store.destroyed (tenant, type, id, ver, ground)
    select v.tenant, v.type, v.id, v.ver, why from store.ver v, unnest(types, ids) k (type, id)
    where v.tenant = in_tenant and v.type = k.type and v.id = k.id and v.body <> ''
    on conflict do nothing;
  alter table store.ver disable trigger ver_append_only;
  update store.ver v set body = '', op = 2 from unnest(types, ids) k (type, id)
    where v.tenant = in_tenant and v.type = k.type and v.id = k.id and v.body <> '';
  get diagnostics gone = row_count;
  alter table store.ver enable trigger ver_append_only;
  return gone;
end $$;
revoke all on function store.destroy(int2, int2[], uuid[], text) from public;
