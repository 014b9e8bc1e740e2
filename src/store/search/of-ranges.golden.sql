-- Patient?birthdate=1970-05 (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and (r.id in (select s.id from store.dat s
where s.tenant = $3 and s.param = $4::int8 and (s.lo >= $5::timestamptz and s.hi <= $6::timestamptz)))
order by r.id limit $7) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 102
-- $3 = 1
-- $4 = "-7705299038937650458"
-- $5 = "1970-05-01T00:00:00.000Z"
-- $6 = "1970-06-01T00:00:00.000Z"
-- $7 = 51

-- Patient?birthdate=sa1970&_sort=birthdate (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body, r.sort0::text
from (select r.*, (select min(s.lo) from store.dat s where s.id = r.id and s.tenant = $1 and s.param = $2::int8) as sort0 from store.res r
where r.tenant = $3::int2 and r.type = $4::int2 and not r.deleted and true and (r.id in (select s.id from store.dat s
where s.tenant = $5 and s.param = $6::int8 and s.lo >= $7::timestamptz))
order by (select min(s.lo) from store.dat s where s.id = r.id and s.tenant = $8 and s.param = $9::int8) asc nulls last, r.id limit $10) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.sort0 asc nulls last, r.id;
-- $1 = 1
-- $2 = "-7705299038937650458"
-- $3 = 1
-- $4 = 102
-- $5 = 1
-- $6 = "-7705299038937650458"
-- $7 = "1971-01-01T00:00:00.000Z"
-- $8 = 1
-- $9 = "-7705299038937650458"
-- $10 = 51

-- Observation?date=eb2024-01-01T12:00:00Z (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and (case when $3::int8 = any(r.tok) then r.id in (select s.id from store.dat s
where s.tenant = $4 and s.param = $5::int8 and s.hi <= $6::timestamptz) else coalesce(r.d1 <= $7::timestamptz, false) end)
order by r.id limit $8) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 95
-- $3 = "4836524785457488223"
-- $4 = 1
-- $5 = "2434233752060238452"
-- $6 = "2024-01-01T12:00:00.000Z"
-- $7 = "2024-01-01T12:00:00.000Z"
-- $8 = 51

-- Observation?_lastUpdated=gt2024-01-01T00:00:00Z&_sort=_lastUpdated (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body, r.sort0::text, pg_current_snapshot()::text, (now() - interval '5 minutes')::text
from (select r.*, w.upd as sort0 from store.ver w cross join lateral (select * from store.res r where r.tenant = w.tenant
and r.type = w.type and r.id = w.id and r.ver = w.ver limit 1) r
where w.tenant = $1::int2 and w.type = $2::int2 and w.upd >= $3::timestamptz and r.tenant = $4::int2 and r.type = $5::int2 and not r.deleted and true and (r.upd + interval '1 millisecond' > $6::timestamptz)
order by w.upd, w.id limit $7) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.sort0 asc nulls last, r.id;
-- $1 = 1
-- $2 = 95
-- $3 = "2023-12-31T23:59:59.999Z"
-- $4 = 1
-- $5 = 95
-- $6 = "2024-01-01T00:00:01.000Z"
-- $7 = 51

-- Observation?value-quantity=gt5.4|http://unitsofmeasure.org|mg (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and (r.id in (select s.id from store.qty s
where s.tenant = $3 and s.param = $4::int8 and s.hi > $5::float8 and s.sc = $6::int8))
order by r.id limit $7) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 95
-- $3 = 1
-- $4 = "356024251319018959"
-- $5 = 5.4
-- $6 = "-785935524756371365"
-- $7 = 51

-- Observation?code=718-7&value-quantity=le120||g/L&_sort=-value-quantity (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body, r.sort0::text
from (select r.*, (select max(s.lo) from store.qty s where s.id = r.id and s.tenant = $1 and s.param = $2::int8) as sort0 from store.res r
where r.tenant = $3::int2 and r.type = $4::int2 and not r.deleted and true and r.tok && $5::int8[] and ($6::int8 = any(r.tok)) and (r.id in (select s.id from store.qty s
where s.tenant = $7 and s.param = $8::int8 and s.lo <= $9::float8 and (s.c = $10::int8 or s.u = $11::int8)))
order by (select max(s.lo) from store.qty s where s.id = r.id and s.tenant = $12 and s.param = $13::int8) desc nulls last, r.id limit $14) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.sort0 desc nulls last, r.id;
-- $1 = 1
-- $2 = "356024251319018959"
-- $3 = 1
-- $4 = 95
-- $5 = ["3441448651166820259"]
-- $6 = "3441448651166820259"
-- $7 = 1
-- $8 = "356024251319018959"
-- $9 = 120
-- $10 = "-888921489439247907"
-- $11 = "-331278199333363202"
-- $12 = 1
-- $13 = "356024251319018959"
-- $14 = 51

-- RiskAssessment?probability=ap0.8 (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and (r.id in (select s.id from store.qty s
where s.tenant = $3 and s.param = $4::int8 and (s.hi >= $5::float8 and s.lo <= $6::float8)))
order by r.id limit $7) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 119
-- $3 = 1
-- $4 = "4777339781129469385"
-- $5 = 0.7200000000000001
-- $6 = 0.88
-- $7 = 51

-- Patient?_sort=_id (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body, r.sort0::text
from (select r.*, coalesce(r.fid, r.id::text) collate "C" as sort0 from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true
order by coalesce(r.fid, r.id::text) collate "C" asc nulls last, r.id limit $3) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.sort0 asc nulls last, r.id;
-- $1 = 1
-- $2 = 102
-- $3 = 51

