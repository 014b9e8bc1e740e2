-- A region may be another Kärna, reached over the network.
alter table systems.region drop constraint region_kind_check;
alter table systems.region add constraint region_kind_check
  check (kind in ('own', 'cosmic', 'millennium', 'rivta', 'karna'));
