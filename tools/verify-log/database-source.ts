import { hash } from 'node:crypto'
import pg from 'pg'
import {
  type ContextRow,
  type Entry,
  type LogSource,
  PAGE,
  type StoredCheckpoint,
} from './log-source.ts'

const ENTRY_COLUMNS = `writer, seq, (extract(epoch from at) * 1000000)::int8 as at, context,
  array[patient, action, outcome, paragraph, basis, reason, request, query, resources] as texts,
  encode(hash, 'hex') as hash`

const LET_GO_COLUMNS = `writer, seq, (extract(epoch from at) * 1000000)::int8, 0, '{}'::text[],
  encode(hash, 'hex')`

const CONTEXT_COLUMNS = `id, array[region, kind, session, person, name, commission, unit, provider,
  purpose, client, loa] as said, encode(digest, 'hex') as digest`

/**
 * A live database, as it is at one moment: what is written meanwhile is left for the next time.
 *
 * @param connectionString of a role that may read the schema law, and store for the versions
 */
export async function openDatabaseSource(connectionString: string): Promise<LogSource> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 })
  await client.connect()
  await client.query('begin isolation level repeatable read read only')
  await client.query('set local enable_seqscan = off')
  const contexts = new Map<number, ContextRow | undefined>()
  const rows = async <Row>(text: string, ...values: unknown[]) =>
    (await client.query(text, values)).rows as Row[]

  return {
    checkpoints: () =>
      rows<StoredCheckpoint>(
        `select c.size::float8 as size, c.note, coalesce(array_agg(s.line) filter (where s.line is not null), '{}') as cosignatures
          from law.log_checkpoint c left join law.log_cosignature s on s.size = c.size
          group by c.size, c.note order by c.size`,
      ),
    writers: () =>
      rows(
        `select writer, count(*)::float8 as rows from (select writer from law.access_log
          union all select writer from law.access_log_let_go) rows group by writer order by writer`,
      ),
    async entries(writer, first, last) {
      const found = await rows<Omit<Entry, 'seq' | 'at'> & { seq: string; at: string }>(
        `select ${ENTRY_COLUMNS} from law.access_log where writer = $1 and seq between $2 and $3
          union all select ${LET_GO_COLUMNS} from law.access_log_let_go
            where writer = $1 and seq between $2 and $3
          order by seq limit ${PAGE * 2}`,
        writer,
        first,
        last,
      )
      return found.map((row) => ({ ...row, seq: Number(row.seq), at: Number(row.at) }))
    },
    async context(id) {
      if (!contexts.has(id)) {
        const [row] = await rows<ContextRow>(
          `select ${CONTEXT_COLUMNS} from law.access_context where id = $1`,
          id,
        )
        contexts.set(id, row)
      }
      return contexts.get(id)
    },
    missingVersions: (references) => missingVersions(rows, references),
    close: () => client.end(),
  }
}

type Rows = <Row>(text: string, ...values: unknown[]) => Promise<Row[]>

/**
 * Regions that have no store of their own are left out: what they showed lies elsewhere. So is who a person is as all regions
 * together show them: several know them, and no version is told.
 */
async function missingVersions(rows: Rows, references: readonly string[]): Promise<string[]> {
  const tenants = await rows<{ id: number; name: string }>('select id, name from store.region')
  const types = await typeNumbers(rows)
  const asked = references.flatMap((reference) => {
    const [region, name = ''] = reference.split(' ')
    const [type = '', id = '', version = ''] = name.split('/')
    const tenant = tenants.find((each) => each.name === region)?.id
    const number = types.get(type)
    if (tenant === undefined || number === undefined || version === '') return []
    return [{ reference, tenant, type: number, id: storedId(id), version: Number(version) }]
  })
  const missing: string[] = []
  for (let start = 0; start < asked.length; start += PAGE) {
    const some = asked.slice(start, start + PAGE)
    const column = <K extends keyof (typeof some)[0]>(name: K) => some.map((each) => each[name])
    const found = await rows<{ place: string }>(
      `select place from unnest($1::int2[], $2::int2[], $3::uuid[], $4::int4[])
          with ordinality as asked (tenant, type, id, ver, place)
        where not exists (select from store.ver v where v.tenant = asked.tenant
          and v.type = asked.type and v.id = asked.id and v.ver = asked.ver)`,
      column('tenant'),
      column('type'),
      column('id'),
      column('version'),
    )
    missing.push(...found.flatMap(({ place }) => some[Number(place) - 1]?.reference ?? []))
  }
  return missing
}

/** The store numbers types in an order of its own: each number's first record says which it is. */
async function typeNumbers(rows: Rows): Promise<Map<string, number>> {
  const found = await rows<{ type: number; name: string }>(
    `select t.type, first.body::json ->> 'resourceType' as name
      from generate_series(0, 300) t (type)
      cross join store.region r
      cross join lateral (select body from store.ver v where v.tenant = r.id
        and v.type = t.type and body <> '' limit 1) first`,
  )
  return new Map(found.map(({ type, name }) => [name, type]))
}

/** An id as the store keys it: the UUID it is, or one of version 8 from its SHA-256. */
function storedId(id: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id
  const bytes = hash('sha256', id, 'buffer').subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}
