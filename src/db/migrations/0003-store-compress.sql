-- lz4 where the server was built with it; pglz is too slow for bodies, so elsewhere they are kept as they are.
do $$
begin
  if exists (select 1 from pg_settings where name = 'default_toast_compression' and 'lz4' = any (enumvals)) then
    alter table store.ver alter column body set compression lz4;
  else
    alter table store.ver alter column body set storage external;
  end if;
end $$;
