-- Observation?patient=1 (sees one patient)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and (r.pat = $3::uuid and (r.provider = any($4::int4[]) and (r.unit = any($5::int4[]) or r.pat = any($6::uuid[])))) and r.pat = $7::uuid and ($8::int8 = any(r.tok))
order by r.id limit $9) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 95
-- $3 = 6b86b273ff348ce19d6b804eff5a3f57
-- $4 = [2]
-- $5 = [1]
-- $6 = []
-- $7 = 6b86b273ff348ce19d6b804eff5a3f57
-- $8 = "5698335271837159521"
-- $9 = 51

-- Observation?patient=1&category=laboratory&_sort=-date&_count=50 (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body, r.sort0::text
from (select r.*, r.d0 as sort0 from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and r.pat = $3::uuid and ($4::int8 = any(r.tok)) and ($5::int8 = any(r.tok))
order by r.d0 desc nulls last, r.id limit $6) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.sort0 desc nulls last, r.id;
-- $1 = 1
-- $2 = 95
-- $3 = 6b86b273ff348ce19d6b804eff5a3f57
-- $4 = "5698335271837159521"
-- $5 = "-8524098178386205303"
-- $6 = 51

-- Observation?patient=1&code=http://loinc.org|718-7 (sees one patient)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and (r.pat = $3::uuid and (r.provider = any($4::int4[]) and (r.unit = any($5::int4[]) or r.pat = any($6::uuid[])))) and r.pat = $7::uuid and ($8::int8 = any(r.tok)) and ($9::int8 = any(r.tok))
order by r.id limit $10) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 95
-- $3 = 6b86b273ff348ce19d6b804eff5a3f57
-- $4 = [2]
-- $5 = [1]
-- $6 = []
-- $7 = 6b86b273ff348ce19d6b804eff5a3f57
-- $8 = "5698335271837159521"
-- $9 = "-207379404303916567"
-- $10 = 51

-- Observation?patient=1&date=ge2024-01-01&date=lt2025-01-01&_sort=date (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body, r.sort0::text
from (select r.*, r.d0 as sort0 from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and r.pat = $3::uuid and ($4::int8 = any(r.tok)) and (case when $5::int8 = any(r.tok) then r.id in (select s.id from store.dat s
where s.tenant = $6 and s.param = $7::int8 and s.hi > $8::timestamptz) else coalesce(r.d1 > $9::timestamptz, false) end) and (case when $10::int8 = any(r.tok) then r.id in (select s.id from store.dat s
where s.tenant = $11 and s.param = $12::int8 and s.lo < $13::timestamptz) else coalesce(r.d0 < $14::timestamptz, false) end)
order by r.d0 asc nulls last, r.id limit $15) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.sort0 asc nulls last, r.id;
-- $1 = 1
-- $2 = 95
-- $3 = 6b86b273ff348ce19d6b804eff5a3f57
-- $4 = "5698335271837159521"
-- $5 = "4836524785457488223"
-- $6 = 1
-- $7 = "2434233752060238452"
-- $8 = "2024-01-01T00:00:00.000Z"
-- $9 = "2024-01-01T00:00:00.000Z"
-- $10 = "4836524785457488223"
-- $11 = 1
-- $12 = "2434233752060238452"
-- $13 = "2025-01-01T00:00:00.000Z"
-- $14 = "2025-01-01T00:00:00.000Z"
-- $15 = 51

-- Observation?subject=Patient/1&status:not=entered-in-error (sees one patient)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and (r.pat = $3::uuid and (r.provider = any($4::int4[]) and (r.unit = any($5::int4[]) or r.pat = any($6::uuid[])))) and r.pat = $7::uuid and ($8::int8 = any(r.tok)) and not ($9::int8 = any(r.tok))
order by r.id limit $10) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 95
-- $3 = 6b86b273ff348ce19d6b804eff5a3f57
-- $4 = [2]
-- $5 = [1]
-- $6 = []
-- $7 = 6b86b273ff348ce19d6b804eff5a3f57
-- $8 = "-5961427890076866825"
-- $9 = "447752659040822109"
-- $10 = 51

-- Condition?patient=1&clinical-status=active,recurrence (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and r.pat = $3::uuid and ($4::int8 = any(r.tok)) and ($5::int8 = any(r.tok) or $6::int8 = any(r.tok))
order by r.id limit $7) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 27
-- $3 = 6b86b273ff348ce19d6b804eff5a3f57
-- $4 = "-8519333857752548079"
-- $5 = "-2654955712087384484"
-- $6 = "183158965159018275"
-- $7 = 51

-- Condition?patient=1&onset-date=le2020 (sees one patient)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and (r.pat = $3::uuid and (r.provider = any($4::int4[]) and (r.unit = any($5::int4[]) or r.pat = any($6::uuid[])))) and r.pat = $7::uuid and ($8::int8 = any(r.tok)) and (r.id in (select s.id from store.dat s
where s.tenant = $9 and s.param = $10::int8 and s.lo < $11::timestamptz))
order by r.id limit $12) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 27
-- $3 = 6b86b273ff348ce19d6b804eff5a3f57
-- $4 = [2]
-- $5 = [1]
-- $6 = []
-- $7 = 6b86b273ff348ce19d6b804eff5a3f57
-- $8 = "-8519333857752548079"
-- $9 = 1
-- $10 = "414847817166057800"
-- $11 = "2021-01-01T00:00:00.000Z"
-- $12 = 51

-- Encounter?patient=1&date=2024&_sort=-date (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body, r.sort0::text
from (select r.*, r.d0 as sort0 from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and r.pat = $3::uuid and ($4::int8 = any(r.tok)) and (case when $5::int8 = any(r.tok) then r.id in (select s.id from store.dat s
where s.tenant = $6 and s.param = $7::int8 and (s.lo >= $8::timestamptz and s.hi <= $9::timestamptz)) else coalesce((r.d0 >= $10::timestamptz and r.d1 <= $11::timestamptz), false) end) and (r.d0 < $12::timestamptz or r.d0 is null or (r.d0 = $13::timestamptz and r.id > $14::uuid))
order by r.d0 desc nulls last, r.id limit $15) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.sort0 desc nulls last, r.id;
-- $1 = 1
-- $2 = 43
-- $3 = 6b86b273ff348ce19d6b804eff5a3f57
-- $4 = "2713899108077374204"
-- $5 = "-6477012403295706182"
-- $6 = 1
-- $7 = "3605564938955022627"
-- $8 = "2024-01-01T00:00:00.000Z"
-- $9 = "2025-01-01T00:00:00.000Z"
-- $10 = "2024-01-01T00:00:00.000Z"
-- $11 = "2025-01-01T00:00:00.000Z"
-- $12 = "2024-01-01 00:00:00+00"
-- $13 = "2024-01-01 00:00:00+00"
-- $14 = "00000000-0000-8000-8000-000000000000"
-- $15 = 51

-- MedicationRequest?patient=1&status=active&_total=accurate (sees one patient)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and (r.pat = $3::uuid and (r.provider = any($4::int4[]) and (r.unit = any($5::int4[]) or r.pat = any($6::uuid[])))) and r.pat = $7::uuid and ($8::int8 = any(r.tok)) and ($9::int8 = any(r.tok))
order by r.id limit $10) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 78
-- $3 = 6b86b273ff348ce19d6b804eff5a3f57
-- $4 = [2]
-- $5 = [1]
-- $6 = []
-- $7 = 6b86b273ff348ce19d6b804eff5a3f57
-- $8 = "-1872787963480083434"
-- $9 = "-7717332717549090762"
-- $10 = 51

-- its total
select count(*)::int4 as total from store.res r where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and (r.pat = $3::uuid and (r.provider = any($4::int4[]) and (r.unit = any($5::int4[]) or r.pat = any($6::uuid[])))) and r.pat = $7::uuid and ($8::int8 = any(r.tok)) and ($9::int8 = any(r.tok));
-- $1 = 1
-- $2 = 78
-- $3 = 6b86b273ff348ce19d6b804eff5a3f57
-- $4 = [2]
-- $5 = [1]
-- $6 = []
-- $7 = 6b86b273ff348ce19d6b804eff5a3f57
-- $8 = "-1872787963480083434"
-- $9 = "-7717332717549090762"

-- AllergyIntolerance?patient=1 (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and r.pat = $3::uuid and ($4::int8 = any(r.tok))
order by r.id limit $5) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 3
-- $3 = 6b86b273ff348ce19d6b804eff5a3f57
-- $4 = "-7468998588118811051"
-- $5 = 51

-- Observation?patient=1,2 (sees one patient)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and (r.pat = $3::uuid and (r.provider = any($4::int4[]) and (r.unit = any($5::int4[]) or r.pat = any($6::uuid[])))) and ($7::int8 = any(r.tok) or $8::int8 = any(r.tok))
order by r.id limit $9) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 95
-- $3 = 6b86b273ff348ce19d6b804eff5a3f57
-- $4 = [2]
-- $5 = [1]
-- $6 = []
-- $7 = "5698335271837159521"
-- $8 = "3749994159773749896"
-- $9 = 51

