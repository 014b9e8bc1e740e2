-- What the law needs to know of a record before it is opened, beside unit, provider and time.
alter table store.res
  add column process int4,                     -- care process (vårdprocess) of the author's commission, store.origin; PDL 4:4
  add column labels  int2 not null default 0;  -- one bit a label, src/fhir/label.ts: protected identity, insurance medicine …
