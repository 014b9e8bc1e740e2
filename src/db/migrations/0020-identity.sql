-- Who may come in, and who is in.
create schema identity;


-- Sessions. The token itself is nowhere: only its SHA-256.
create table identity.session (
  token_hash bytea primary key,
  name       text not null unique default gen_random_uuid()::text, -- names the session in the log
  demo       boolean not null,
  access     jsonb not null,
  expires    timestamptz not null,
  ended_at   timestamptz
);
