-- How far the national engagement index (Engagemangsindex) has been told of what is in each region's own store.
create table systems.told_cursor (
  region text primary key,
  cursor text not null
);
