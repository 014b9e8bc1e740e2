-- How regions answer, five minutes at a time: counts and times, never who asked or about whom. Kept for a month.
create table systems.region_sample (
  region text not null,
  slot timestamptz not null,
  -- Questions to the region, by itself or within all, and those that it didn't answer.
  asked integer not null,
  failed integer not null,
  -- Pings: whether it's there, asked every minute.
  pings integer not null,
  missed integer not null,
  -- Answers by how long they took; the classes are those of `region-samples.ts`, append only.
  times integer[] not null,
  ping_times integer[] not null,
  -- What the region's system says that it is; null where it doesn't.
  version text,
  primary key (region, slot)
);
create index region_sample_slot on systems.region_sample (slot);
