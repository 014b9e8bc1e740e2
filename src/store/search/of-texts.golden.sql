-- Patient?name=ånn (sees everything)
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
-- $2 = 102
-- $3 = 1
-- $4 = "-3752080329135009309"
-- $5 = "{nn"
-- $6 = "{nn􏿿"
-- $7 = 51

-- Patient?family=eden&given=ola&_sort=family,given (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body, r.sort0::text, r.sort1::text
from (select r.*, (select min(s.val) from store.str s where s.id = r.id and s.tenant = $1 and s.param = $2::int8) as sort0, (select min(s.val) from store.str s where s.id = r.id and s.tenant = $3 and s.param = $4::int8) as sort1 from store.res r
where r.tenant = $5::int2 and r.type = $6::int2 and not r.deleted and true and (r.id in (select s.id from store.str s
where s.tenant = $7 and s.param = $8::int8 and s.val >= $9 and s.val < $10)) and (r.id in (select s.id from store.str s
where s.tenant = $11 and s.param = $12::int8 and s.val >= $13 and s.val < $14))
order by (select min(s.val) from store.str s where s.id = r.id and s.tenant = $15 and s.param = $16::int8) asc nulls last, (select min(s.val) from store.str s where s.id = r.id and s.tenant = $17 and s.param = $18::int8) asc nulls last, r.id limit $19) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.sort0 asc nulls last, r.sort1 asc nulls last, r.id;
-- $1 = 1
-- $2 = "-3736035298222977595"
-- $3 = 1
-- $4 = "-7301387469711172391"
-- $5 = 1
-- $6 = 102
-- $7 = 1
-- $8 = "-3736035298222977595"
-- $9 = "eden"
-- $10 = "eden􏿿"
-- $11 = 1
-- $12 = "-7301387469711172391"
-- $13 = "ola"
-- $14 = "ola􏿿"
-- $15 = 1
-- $16 = "-3736035298222977595"
-- $17 = 1
-- $18 = "-7301387469711172391"
-- $19 = 51

-- Patient?family:exact=Edén (sees everything)
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
-- $3 = ["-7316799506673084440"]
-- $4 = "-7316799506673084440"
-- $5 = 51

-- Patient?name:contains=sson (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and (r.id in (select s.id from store.str s
where s.tenant = $3 and s.param = $4::int8 and position($5 in (s.val || coalesce(s.rest, ''))) > 0))
order by r.id limit $6) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 102
-- $3 = 1
-- $4 = "-3752080329135009309"
-- $5 = "sson"
-- $6 = 51

-- Patient?address-city=umeå&_sort=-birthdate&_total=accurate (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body, r.sort0::text
from (select r.*, (select max(s.lo) from store.dat s where s.id = r.id and s.tenant = $1 and s.param = $2::int8) as sort0 from store.res r
where r.tenant = $3::int2 and r.type = $4::int2 and not r.deleted and true and (r.id in (select s.id from store.str s
where s.tenant = $5 and s.param = $6::int8 and s.val >= $7 and s.val < $8))
order by (select max(s.lo) from store.dat s where s.id = r.id and s.tenant = $9 and s.param = $10::int8) desc nulls last, r.id limit $11) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.sort0 desc nulls last, r.id;
-- $1 = 1
-- $2 = "-7705299038937650458"
-- $3 = 1
-- $4 = 102
-- $5 = 1
-- $6 = "-7173990022682196158"
-- $7 = "ume{"
-- $8 = "ume{􏿿"
-- $9 = 1
-- $10 = "-7705299038937650458"
-- $11 = 51

-- its total
select count(*)::int4 as total from store.res r where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and (r.id in (select s.id from store.str s
where s.tenant = $3 and s.param = $4::int8 and s.val >= $5 and s.val < $6));
-- $1 = 1
-- $2 = 102
-- $3 = 1
-- $4 = "-7173990022682196158"
-- $5 = "ume{"
-- $6 = "ume{􏿿"

-- ValueSet?url=http://a.se/x (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and r.tok && $3::int8[] and ($4::int8 = any(r.tok))
order by r.id limit $5) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 144
-- $3 = ["-3679989010184279806"]
-- $4 = "-3679989010184279806"
-- $5 = 51

-- ValueSet?url:below=http://a.se (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and (r.id in (select s.id from store.str s
where s.tenant = $3 and s.param = $4::int8 and starts_with((s.val || coalesce(s.rest, '')) || '/', $5)))
order by r.id limit $6) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 144
-- $3 = 1
-- $4 = "6941000263607336368"
-- $5 = "http://a.se/"
-- $6 = 51

-- ValueSet?url:above=http://a.se/x/y (sees everything)
select r.type, r.id, r.fid, v.ver, date_part('epoch', v.upd) * 1000, v.op, r.pat, r.pfid,
r.unit, r.provider, r.process, r.labels, date_part('epoch', r.d0) * 1000, date_part('epoch', r.d1) * 1000, v.body
from (select r.* from store.res r
where r.tenant = $1::int2 and r.type = $2::int2 and not r.deleted and true and (r.id in (select s.id from store.str s
where s.tenant = $3 and s.param = $4::int8 and starts_with($5::text, case when right((s.val || coalesce(s.rest, '')), 1) = '/' then (s.val || coalesce(s.rest, '')) else (s.val || coalesce(s.rest, '')) || '/' end)))
order by r.id limit $6) r
cross join lateral (select * from store.ver v where v.tenant = r.tenant and v.type = r.type
and v.id = r.id and v.ver = r.ver limit 1) v
order by r.id;
-- $1 = 1
-- $2 = 144
-- $3 = 1
-- $4 = "6941000263607336368"
-- $5 = "http://a.se/x/y/"
-- $6 = 51

