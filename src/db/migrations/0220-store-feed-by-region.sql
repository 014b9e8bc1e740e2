-- A region's feed walks its own versions in order. By transaction alone it walked those of every other region too, each second.
drop index store.ver_feed;
create index ver_feed on store.ver (tenant, xid, type, id, ver);
