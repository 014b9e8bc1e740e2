-- Checks of the access log: which, how they were drawn, and what each came to (PDL 4:3, HSLF-FS 2016:40 4:9 b).
create table law.log_review (
  id          uuid primary key default gen_random_uuid(),
  region      text collate "C" not null,
  provider    text collate "C" not null,  -- each care provider checks its own
  kind        text collate "C" not null,  -- sample | suspicion
  since       timestamptz not null,
  until       timestamptz not null,
  seed        text not null,              -- with it the same sample is drawn again
  population  int4 not null,              -- visits that it was drawn from
  made_by     text collate "C" not null,
  made_at     timestamptz not null default now()
);
create index log_review_by_provider on law.log_review (region, provider, made_at);

-- One person's access to one patient on one day.
create table law.log_review_item (
  review        uuid not null references law.log_review,
  number        int4 not null,
  person        text collate "C" not null,
  name          text not null,
  unit          text collate "C" not null,
  patient       text collate "C" not null,
  first_at      timestamptz not null,
  last_at       timestamptz not null,
  entries       int4 not null,
  score         float8 not null,
  explanations  text[] not null,
  signs         text[] not null,
  primary key (review, number)
);

-- What a reviewer found. A later row replaces an earlier; none is taken away.
create table law.log_review_outcome (
  review      uuid not null,
  number      int4 not null,
  outcome     text collate "C" not null,
  note        text not null,
  decided_by  text collate "C" not null,
  decided_at  timestamptz not null default clock_timestamp(),
  foreign key (review, number) references law.log_review_item
);
create index log_review_outcome_by_item on law.log_review_outcome (review, number, decided_at);

call law.only_added_to('law.log_review');
call law.only_added_to('law.log_review_item');
call law.only_added_to('law.log_review_outcome');
