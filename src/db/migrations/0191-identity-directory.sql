-- The directory of a production: care providers, care units, staff and commissions, as `karna directory load` was given them.
create table identity.directory_entry (
  kind    text  collate "C" not null,  -- provider | unit | person | commission
  hsa_id  text  collate "C" not null,
  region  text  collate "C" not null,
  body    jsonb not null,
  primary key (kind, hsa_id)
);

-- Raised by each load that changes something, so that servers that are running read it anew.
create table identity.directory_revision (
  only_one boolean primary key default true check (only_one),
  revision int not null
);
insert into identity.directory_revision (revision) values (0);
