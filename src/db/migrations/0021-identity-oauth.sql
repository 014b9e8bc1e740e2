-- What the authorization server keeps: codes, tokens, grants, browsers' sessions, interactions, assertions that were used.
-- No token is here in the clear: a row is found by the SHA-256 of it.
create table identity.oauth_item (
  kind     text  collate "C" not null,
  id_hash  bytea not null,
  payload  jsonb not null,
  grant_id text  collate "C",
  uid      text  collate "C",
  consumed timestamptz,
  expires  timestamptz not null,
  primary key (kind, id_hash)
);
create index oauth_item_by_grant on identity.oauth_item (grant_id) where grant_id is not null;
create index oauth_item_by_uid on identity.oauth_item (uid) where uid is not null;
create index oauth_item_by_expiry on identity.oauth_item (expires);

-- Who logged in, as the identity provider said. The id names the session in the access log.
create table identity.login (
  id       text  collate "C" primary key default gen_random_uuid()::text,
  kind     text  collate "C" not null,        -- staff | patient
  subject  jsonb not null,                    -- staff: in which commission; patient: whose personal number
  acr      text  not null,
  amr      text[] not null,
  since    timestamptz not null default now(),
  seen     timestamptz not null default now(), -- last sign of life, to the minute
  ended_at timestamptz
);

-- A browser on its way to an identity provider and back.
create table identity.login_attempt (
  state_hash   bytea primary key,
  browser_hash bytea not null,                -- the cookie of the browser that began
  interaction  text  collate "C" not null,
  provider     text  collate "C" not null,    -- staff | patient
  was          text  collate "C",             -- the browser's former login
  nonce        text  not null,
  verifier     text  not null,                -- PKCE
  login        text  collate "C",             -- once it has come back
  expires      timestamptz not null,
  used_at      timestamptz
);
create index login_attempt_by_interaction on identity.login_attempt (interaction);

-- What an app is launched with from the workspace (SMART App Launch, EHR launch). One-time.
create table identity.launch (
  code_hash  bytea primary key,
  client     text collate "C" not null,
  person     text collate "C" not null,
  commission text collate "C" not null,
  region     text collate "C" not null,
  patient    text collate "C",
  encounter  text collate "C",
  expires    timestamptz not null,
  used_at    timestamptz
);

-- What an app was let in with, as long as its grant lives.
create table identity.app_context (
  grant_id  text collate "C" primary key,
  client    text collate "C" not null,
  login     text collate "C" not null,
  region    text collate "C" not null,
  patient   text collate "C",
  encounter text collate "C",
  since     timestamptz not null default now()
);

-- Registered apps and backend services.
create table identity.app (
  client_id    text collate "C" primary key,
  registration jsonb not null,
  ended_at     timestamptz
);

-- Keys that sign ID tokens. The private part is sealed with a secret that the database does not have.
create table identity.signing_key (
  kid        text collate "C" primary key,
  public_jwk jsonb not null,
  sealed_jwk text  not null,
  signs_from timestamptz not null
);
