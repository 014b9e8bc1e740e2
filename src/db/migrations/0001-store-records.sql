-- Our own record system: one narrow search row a resource, one append-only row a version. See docs/decisions/0004.
create schema store;

create table store.region (
  id    int2 primary key generated always as identity,
  name  text collate "C" not null unique
);

-- HSA-ids of care units (vårdenhet) and care providers (vårdgivare), so that a row holds four bytes of each.
create table store.origin (
  id      int4 primary key generated always as identity,
  hsa_id  text collate "C" not null unique
);

create table store.res (
  tenant    int2        not null,  -- store.region
  type      int2        not null,  -- position in RESOURCE_TYPES
  id        uuid        not null,  -- the id itself if it is a UUID, else a hash of it
  fid       text collate "C",      -- the id where it isn't a UUID
  ver       int4        not null,
  upd       timestamptz not null,
  deleted   boolean     not null,
  pat       uuid,                  -- whose record it belongs to (Patient.id, as `id`); null: nobody's
  pfid      text collate "C",      -- that patient's id where it isn't a UUID
  unit      int4        not null,  -- care unit: blocks (spärr) are set on this, PDL 4:4
  provider  int4        not null,  -- care provider: the data controller, PDL 2:6
  d0        timestamptz,           -- clinical time [d0, d1)
  d1        timestamptz,
  tok       int8[]      not null,  -- hashes of what token, reference, uri and exact searches name
  primary key (tenant, type, id)
) with (fillfactor = 85);

create index res_by_patient on store.res (tenant, pat, type, d0 desc);
create index res_by_date    on store.res (tenant, type, d0 desc, id);
create index res_by_token   on store.res using gin (tok) with (fastupdate = on, gin_pending_list_limit = 2048);

create table store.ver (
  tenant  int2        not null,
  type    int2        not null,
  id      uuid        not null,
  ver     int4        not null,
  upd     timestamptz not null,
  op      int2        not null,  -- 0 create, 1 update, 2 delete
  xid     xid8        not null default pg_current_xact_id(),
  body    text        not null,  -- the UTF-8 bytes as served; empty for a deletion
  primary key (tenant, type, id, ver)
);

create index ver_by_time on store.ver (tenant, type, upd, id);
create index ver_feed    on store.ver (xid);

-- Text as it is compared (folded), for prefixes.
create table store.str (
  tenant  int2 not null,
  param   int8 not null,  -- hash of type and parameter
  type    int2 not null,
  id      uuid not null,
  val     text collate "C" not null
);
create index str_by_value on store.str (tenant, param, val, id);
create index str_by_id    on store.str (id, param);

create table store.dat (
  tenant  int2        not null,
  param   int8        not null,
  type    int2        not null,
  id      uuid        not null,
  lo      timestamptz not null,
  hi      timestamptz not null
);
create index dat_by_value on store.dat (tenant, param, lo, id);
create index dat_by_id    on store.dat (id, param);

-- Numbers and quantities. sc, c and u are hashes of system and code, of the code, and of the unit.
create table store.qty (
  tenant  int2   not null,
  param   int8   not null,
  type    int2   not null,
  id      uuid   not null,
  lo      float8 not null,
  hi      float8 not null,
  sc      int8,
  s       int8,
  c       int8,
  u       int8
);
create index qty_by_value on store.qty (tenant, param, lo, id);
create index qty_by_id    on store.qty (id, param);
