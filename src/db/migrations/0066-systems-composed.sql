-- Which part of a region answers for a type: the legacy system, or our own store alone. No row: the legacy system.
create table systems.route (
  region text not null,
  type text not null,
  part text not null check (part in ('legacy', 'own')),
  since timestamptz not null default now(),
  primary key (region, type)
);

-- Writes on their way to a legacy system. `id` is the idempotency key, and the id of the copy that waits in our store.
create table systems.outbox (
  id uuid primary key,
  region text not null,
  type text not null,
  content bytea not null,
  patient text,
  unit text not null,
  provider text not null,
  -- sending: nobody was told that it's saved. waiting: saved in our store. landed: in the legacy system, the copy still
  -- to be taken away. done, refused, abandoned: nothing more to do.
  state text not null check (state in ('sending', 'waiting', 'landed', 'done', 'refused', 'abandoned')),
  attempts int not null default 0,
  begun_at timestamptz not null,
  next_at timestamptz not null,
  native_id text,
  reason text
);
create index outbox_due on systems.outbox (region, next_at) where state in ('sending', 'waiting', 'landed');
