-- What patients and staff have decided about a record: blocks, consents, stated relations, active choices, openings. Ended, never erased.
create table law.decision (
  id         uuid primary key default gen_random_uuid(),
  region     text collate "C" not null,
  patient    text collate "C" not null,
  kind       text collate "C" not null,  -- DecisionKind in src/law/decision.ts
  person     text collate "C",           -- for whom it holds; null: not only for one
  unit       text collate "C",           -- whose records, or for which unit it holds
  process    text collate "C",           -- care process
  provider   text collate "C",           -- whose records, or for which provider it holds
  recipient  text collate "C",           -- the provider that a consent is given to
  ground     text collate "C",           -- what it rests on: Ground in src/law/decision.ts
  step       int2 not null default 1,    -- of an opening: 1 who has records, 2 their content
  since      timestamptz,                -- period of the information it is about, [since, until)
  until      timestamptz,
  exempt     text[] not null default '{}',
  reason     text,
  consent    text collate "C",           -- the Consent that says so; null: an operation does
  decided_by text collate "C" not null,
  decided_at timestamptz not null default now(),
  starts     timestamptz,                -- when it holds, [starts, expires)
  expires    timestamptz,
  ended_at   timestamptz
);
create index decision_by_patient on law.decision (region, patient) where ended_at is null;
create index decision_by_consent on law.decision (region, consent) where ended_at is null and consent is not null;
create index decision_block on law.decision (region) where ended_at is null and kind = 'block';

insert into law.decision (id, region, patient, kind, unit, since, until, decided_by, decided_at, ended_at)
  select id, region, patient, 'block', unit, since, until, 'migration', set_at, lifted_at from law.block;
drop table law.block;

-- Who a patient is, as far as the law asks: age and protection.
create table law.person (
  region       text collate "C" not null,
  patient      text collate "C" not null,
  birth_date   text,                     -- as FHIR gives it
  is_protected boolean not null,         -- sekretessmarkering, skyddad folkbokföring
  primary key (region, patient)
);

-- Which units and providers have records of a patient: whether there is more than one sees, and who is asked for it.
create table law.holding (
  region   text collate "C" not null,
  patient  text collate "C" not null,
  unit     text collate "C" not null,
  provider text collate "C" not null,
  primary key (region, patient, unit, provider)
);

-- What was written before these tables were there.
insert into law.holding
  select distinct t.name, coalesce(r.pfid, r.pat::text), u.hsa_id, p.hsa_id
  from store.res r join store.region t on t.id = r.tenant
    join store.origin u on u.id = r.unit join store.origin p on p.id = r.provider
  where r.pat is not null and not r.deleted and r.pat <> r.id;
insert into law.person
  select t.name, coalesce(r.fid, r.id::text), v.body::jsonb ->> 'birthDate',
    v.body like '%http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel%'
  from store.res r join store.region t on t.id = r.tenant
    join store.ver v on v.tenant = r.tenant and v.type = r.type and v.id = r.id and v.ver = r.ver
  where r.pat = r.id and not r.deleted;
update store.res r set labels = r.labels | 1::int2
  from store.region t, law.person p
  where t.id = r.tenant and r.pat = r.id and p.region = t.name and p.is_protected
    and p.patient = coalesce(r.fid, r.id::text);
