-- Statements of access by other Kärnas that have been used: each opens one answer. Kept until they would have expired.
create table identity.peer_statement (
  issuer  text not null,
  jti     text not null,
  expires timestamptz not null,
  primary key (issuer, jti)
);
create index peer_statement_expires on identity.peer_statement (expires);
