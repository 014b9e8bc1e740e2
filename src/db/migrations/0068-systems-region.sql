-- The regions as data: who takes part, over which system, under which agreement, and how far they have come.
create table systems.region (
  id text primary key,
  name text not null,
  kind text not null check (kind in ('own', 'cosmic', 'millennium', 'rivta')),
  state text not null check (state in ('preparing', 'shadow', 'live', 'paused', 'left')),
  settings jsonb not null default '{}',
  -- The agreement, and the data controller (personuppgiftsansvarig) and its representative.
  agreement jsonb not null default '{}',
  -- The client certificate's SHA-256 and last day, for those who watch over them.
  certificate jsonb,
  revision bigint not null default 1
);

create table systems.region_event (
  id bigint generated always as identity primary key,
  region text not null references systems.region,
  at timestamptz not null default now(),
  event text not null,
  -- Never patient data.
  detail jsonb not null default '{}'
);
create index region_event_region on systems.region_event (region, at);

-- Keys and passwords of a region's connections: destroyed when it leaves.
create table systems.region_secret (
  region text not null references systems.region,
  name text not null,
  secret bytea not null,
  primary key (region, name)
);

-- How far the engagement index has followed each region's own store.
create table systems.index_cursor (
  region text primary key,
  cursor text not null
);
