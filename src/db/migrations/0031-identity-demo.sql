-- The demo's people were generated for one moment, and are loaded once. A load that was interrupted goes on with the same moment.
create table identity.demo_population (
  only_one boolean primary key default true check (only_one),
  until text not null,
  patients int not null,
  loaded boolean not null default false
);
