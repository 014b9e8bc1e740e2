-- When a user last said "read" about a patient: what is newer is shown as new. The user's own note, not the record's.
create table identity.read_mark (
  user_hsa_id text not null,
  region text not null,
  patient text not null,
  read_at timestamptz not null,
  primary key (user_hsa_id, region, patient)
);
