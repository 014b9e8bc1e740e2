create schema if not exists systems;

-- Which patient's record a source's id leads to: some sources can't be asked by id, only by patient.
create table systems.known_id (
  system text not null,
  type text not null,
  id text not null,
  patient text not null,
  primary key (system, type, id)
);
