-- Observation?code=718-7 (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and r.tok && $3::int8[] and ($4::int8 = any(r.tok))
order by r.id limit $5) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 95
-- $3 = ["3441448651166820259"]
-- $4 = "3441448651166820259"
-- $5 = 51

-- Observation?code=http://loinc.org|718-7,http://loinc.org|2345-7 (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and r.tok && $3::int8[] and ($4::int8 = any(r.tok) or $5::int8 = any(r.tok))
order by r.id limit $6) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 95
-- $3 = ["-207379404303916567","4231140031646996019"]
-- $4 = "-207379404303916567"
-- $5 = "4231140031646996019"
-- $6 = 51

-- Observation?code=http://loinc.org| (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and r.tok && $3::int8[] and ($4::int8 = any(r.tok))
order by r.id limit $5) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 95
-- $3 = ["-3145919999262419869"]
-- $4 = "-3145919999262419869"
-- $5 = 51

-- Observation?code=|718-7 (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and r.tok && $3::int8[] and ($4::int8 = any(r.tok))
order by r.id limit $5) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 95
-- $3 = ["-8447487776935730421"]
-- $4 = "-8447487776935730421"
-- $5 = 51

-- Observation?code:not=718-7 (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and not ($3::int8 = any(r.tok))
order by r.id limit $4) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 95
-- $3 = "3441448651166820259"
-- $4 = 51

-- Observation?code:text=hemo (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and (r.id in (select s.id from store.str s
where s.tenant = $3 and s.param = $4::int8 and s.val >= $5 and s.val < $6))
order by r.id limit $7) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 95
-- $3 = 1
-- $4 = "-6158402731393872029"
-- $5 = "hemo"
-- $6 = "hemo􏿿"
-- $7 = 51

-- Observation?code:missing=true (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and (not ($3::int8 = any(r.tok)))
order by r.id limit $4) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 95
-- $3 = "2346211725534726037"
-- $4 = 51

-- Observation?category=laboratory&code=718-7&_sort=-date (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body, r.sort0::text
from (select r.*, r.d0 as sort0 from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and r.tok && $3::int8[] and ($4::int8 = any(r.tok)) and ($5::int8 = any(r.tok))
order by r.d0 desc nulls last, r.id limit $6) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.sort0 desc nulls last, r.id;
-- $1 = 1
-- $2 = 95
-- $3 = ["-8524098178386205303"]
-- $4 = "-8524098178386205303"
-- $5 = "3441448651166820259"
-- $6 = 51

-- Patient?identifier=urn:oid:1.2.752.129.2.1.3.1|191212121212 (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and r.tok && $3::int8[] and ($4::int8 = any(r.tok))
order by r.id limit $5) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 102
-- $3 = ["-6479731602289738724"]
-- $4 = "-6479731602289738724"
-- $5 = 51

-- Patient?_id=a,b (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and (r.id = $3::uuid or r.id = $4::uuid)
order by r.id limit $5) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 102
-- $3 = ca978112ca1b8dcabac231b39a23dc4d
-- $4 = 3e23e8160039894ab3894f6564e1b134
-- $5 = 51

-- Observation?encounter=Encounter/1 (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and r.tok && $3::int8[] and ($4::int8 = any(r.tok))
order by r.id limit $5) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 95
-- $3 = ["4571769203587335406"]
-- $4 = "4571769203587335406"
-- $5 = 51

-- Observation?performer=http://other/fhir/Practitioner/1 (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and r.tok && $3::int8[] and ($4::int8 = any(r.tok))
order by r.id limit $5) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 95
-- $3 = ["6168537927774025063"]
-- $4 = "6168537927774025063"
-- $5 = 51

-- Observation?has-member=1 (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and r.tok && $3::int8[] and ($4::int8 = any(r.tok))
order by r.id limit $5) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 95
-- $3 = ["6367130121250731994"]
-- $4 = "6367130121250731994"
-- $5 = 51

-- Patient?general-practitioner:identifier=urn:s|1 (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and r.tok && $3::int8[] and ($4::int8 = any(r.tok))
order by r.id limit $5) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 102
-- $3 = ["-677449591108410498"]
-- $4 = "-677449591108410498"
-- $5 = 51

-- Encounter?location:missing=false (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and (($3::int8 = any(r.tok)))
order by r.id limit $4) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 43
-- $3 = "-7424894225383293867"
-- $4 = 51

