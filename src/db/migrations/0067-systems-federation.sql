-- One person, whichever regions know them: the Patient of the federation. Linked by personnummer or samordningsnummer.
create table systems.person (
  id uuid primary key,
  number text not null unique
);

-- The engagement index (engagemangsindex): in which regions there is something about a person.
create table systems.engagement (
  person uuid not null references systems.person,
  region text not null,
  -- Patient.id in the region; null until it has been asked.
  patient text,
  most_recent timestamptz not null default now(),
  primary key (person, region)
);
create unique index engagement_patient on systems.engagement (region, patient) where patient is not null;

-- Ids of the federation that are too long to hold the region's own: made of its hash, and so looked up.
create table systems.federated_id (
  id text primary key,
  region text not null,
  regional_id text not null
);
