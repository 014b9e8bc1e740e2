-- Whom a user has looked up without a care relation, there or not, in the last day: for telling a day's work from an enumeration.
create table law.look_up (
  person  text collate "C" not null,  -- HSA-id or personal number; with ' states' after it, of relations that were stated
  target  bytea not null,             -- SHA-256 of what was asked for: it must not become a list of patients
  at      timestamptz not null,
  cost    int4 not null,
  primary key (person, target)
);

-- What a care provider's log reviewers must know of at once, rather than at the next check of the log (PDL 4:3).
create table law.alert (
  id        int8 generated always as identity primary key,
  at        timestamptz not null default clock_timestamp(),
  kind      text collate "C" not null,  -- emergency | block-lifted | look-ups
  region    text collate "C" not null,
  provider  text collate "C" not null,  -- whose user it is: each care provider answers for its own
  unit      text collate "C" not null,
  person    text collate "C" not null,
  name      text not null,
  patient   text collate "C",           -- null: it concerns nobody in particular
  reason    text,                       -- the user's own
  request   text collate "C",           -- names the request in the access log
  once      text collate "C" not null unique
);
create index alert_by_provider on law.alert (region, provider, id);

-- That a reviewer has taken care of one. A later row replaces an earlier; none is taken away.
create table law.alert_seen (
  alert  int8 not null references law.alert,
  by     text collate "C" not null,
  at     timestamptz not null default clock_timestamp()
);
create index alert_seen_by_alert on law.alert_seen (alert, at);

call law.only_added_to('law.alert');
call law.only_added_to('law.alert_seen');
