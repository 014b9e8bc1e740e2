import type { Queryable } from '../../db/database.ts'
import { join, query, type Sql, sql } from '../../db/sql.ts'
import type { PostDetails } from '../received-log.ts'

/** One row of the access log with its context, as it is read. */
export interface LoggedAccess {
  /** Names the row: `writer-seq`. */
  readonly id: string
  /** When it was done, milliseconds since 1970, with a fraction. */
  readonly at: number
  readonly patient: string | undefined
  readonly action: string
  readonly outcome: 'permit' | 'deny'
  readonly paragraph: string | undefined
  /** `kind` or `kind:id`. */
  readonly basis: string | undefined
  readonly reason: string | undefined
  readonly request: string | undefined
  readonly query: string | undefined
  /** `Type/id/version`; a deletion ends in `/delete`. */
  readonly resources: readonly string[]
  readonly by: LoggedPerson
  /** What another system says of it, where it was done there. */
  readonly elsewhere?: ReceivedDetails
}

/** A post of another system's log: its id and what it says. */
export interface ReceivedDetails extends PostDetails {
  readonly logId: string
}

/** Who did it, in what capacity. */
export interface LoggedPerson {
  readonly kind: string
  readonly session: string
  /** Employee's HSA-id; a patient's personal number; a service's client id. */
  readonly person: string
  /** As it was then. */
  readonly name: string
  readonly commission: string
  readonly unit: string
  readonly provider: string
  readonly purpose: string
  readonly client: string | undefined
  readonly loa: string | undefined
}

/** Which rows of one region's log. What isn't given isn't asked. */
export interface LogFilter {
  readonly region: string
  /** Care provider whose people it was: each controls their own log (PDL 2:6). */
  readonly provider?: string | undefined
  readonly patient?: string | undefined
  readonly person?: string | undefined
  readonly id?: string | undefined
  /** Milliseconds since 1970, [from, to). */
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly actions?: readonly string[] | undefined
  readonly outcome?: string | undefined
  /** Rows older than this one: its `at` and `id`. */
  readonly after?: { readonly at: number; readonly id: string } | undefined
}

interface Row {
  writer: number
  seq: string
  us: string
  patient: string | null
  action: string
  outcome: 'permit' | 'deny'
  paragraph: string | null
  basis: string | null
  reason: string | null
  request: string | null
  query: string | null
  resources: string
  kind: string
  session: string
  person: string
  name: string
  commission: string
  unit: string
  provider: string
  purpose: string
  client: string | null
  loa: string | null
}

/** Rows of the log, newest first. */
export function readLog(db: Queryable, filter: LogFilter, most: number): Promise<LoggedAccess[]> {
  return readRows(db, conditionOf(filter), most)
}

const IS_TOLD = sql`l.resources like 'LogPost/%'`
/** What was done elsewhere was done before we were told. */
const DONE_AT = sql`law.done_at(l.at, l.resources)`

/** Rows of `law.access_log l` with their `law.access_context c` under a condition, newest first. */
export async function readRows(
  db: Queryable,
  condition: Sql,
  most: number,
): Promise<LoggedAccess[]> {
  const rows = await query<Row>(
    db,
    sql`select l.writer, l.seq, (extract(epoch from ${DONE_AT}) * 1000000)::int8 as us, l.patient, l.action,
        l.outcome, l.paragraph, l.basis, l.reason, l.request, l.query, l.resources, c.kind, c.session,
        c.person, c.name, c.commission, c.unit, c.provider, c.purpose, c.client, c.loa
      from law.access_log l join law.access_context c on c.id = l.context
      where ${condition}
      order by ${DONE_AT} desc, l.writer, l.seq desc limit ${most}`,
  )
  return rows.map(toLogged)
}

/** How many rows there are. */
export async function countLog(db: Queryable, filter: LogFilter): Promise<number> {
  const [row] = await query<{ count: string }>(
    db,
    sql`select count(*) from law.access_log l join law.access_context c on c.id = l.context
      where ${conditionOf(filter)}`,
  )
  return Number(row?.count ?? 0)
}

/** Which of some patients there are rows about. */
export async function patientsInLog(
  db: Queryable,
  filter: Pick<LogFilter, 'region' | 'provider'>,
  patients: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await query<{ patient: string }>(
    db,
    sql`select distinct l.patient from law.access_log l join law.access_context c on c.id = l.context
      where ${conditionOf(filter)} and l.patient = any(${[...patients]}::text[])`,
  )
  return new Set(rows.map(({ patient }) => patient))
}

function conditionOf(filter: LogFilter): Sql {
  const { region, provider, patient, person, id, from, to, actions, outcome, after } = filter
  const [writer, seq] = id === undefined ? [] : placeOf(id)
  const conditions = [
    sql`c.region = ${region}`,
    provider === undefined ? undefined : sql`c.provider = ${provider}`,
    patient === undefined ? undefined : sql`l.patient = ${patient}`,
    person === undefined ? undefined : sql`c.person = ${person}`,
    writer === undefined ? undefined : sql`l.writer = ${writer} and l.seq = ${seq}`,
    from === undefined ? undefined : doneFrom(new Date(from)),
    to === undefined ? undefined : doneBefore(new Date(to)),
    actions === undefined ? undefined : sql`l.action = any(${[...actions]}::text[])`,
    outcome === undefined ? undefined : sql`l.outcome = ${outcome}`,
    after === undefined ? undefined : olderThan(after),
  ]
  return join(
    conditions.flatMap((condition) => condition ?? []),
    ' and ',
    sql`true`,
  )
}

/** Nobody tells of what isn't done yet: `at` is never the earlier, but for the sender's clock. */
const doneFrom = (time: Date) =>
  sql`l.at >= ${time}::timestamptz - interval '1 minute' and ${DONE_AT} >= ${time}::timestamptz`
const doneBefore = (time: Date) =>
  sql`(l.at < ${time}::timestamptz or ${IS_TOLD})
    and ${DONE_AT} < ${time}::timestamptz`

function olderThan({ at, id }: { at: number; id: string }): Sql {
  const [writer, seq] = placeOf(id)
  const time = sql`to_timestamp(${at / 1000}::float8)`
  return sql`(l.at <= ${time} + interval '1 millisecond' or ${IS_TOLD}) and (${DONE_AT}, -l.writer, l.seq)
    < ((select law.done_at(at, resources) from law.access_log where writer = ${writer} and seq = ${seq}),
      ${-writer}::int4, ${seq}::int8)`
}

const placeOf = (id: string): [writer: number, seq: number] => {
  const [, writer = '0', seq = '0'] = /^(\d{1,9})-(\d{1,15})$/.exec(id) ?? []
  return [Number(writer), Number(seq)]
}

const POST = /^LogPost\/([0-9a-f-]{36})\/-?\d+$/

function toLogged(row: Row): LoggedAccess {
  const [, logId] = POST.exec(row.resources) ?? []
  const logged = toOwn(row)
  if (logId === undefined) return logged
  const elsewhere = { logId, ...(JSON.parse(row.query ?? '{}') as PostDetails) }
  return { ...logged, query: undefined, resources: [], elsewhere }
}

function toOwn(row: Row): LoggedAccess {
  const { kind, session, person, name, commission, unit, provider, purpose, client, loa } = row
  return {
    id: `${row.writer}-${row.seq}`,
    at: Number(row.us) / 1000,
    patient: row.patient ?? undefined,
    action: row.action,
    outcome: row.outcome,
    paragraph: row.paragraph ?? undefined,
    basis: row.basis ?? undefined,
    reason: row.reason ?? undefined,
    request: row.request ?? undefined,
    query: row.query ?? undefined,
    resources: row.resources === '' ? [] : row.resources.split(' '),
    by: {
      ...{ kind, session, person, name, commission, unit, provider, purpose },
      client: client ?? undefined,
      loa: loa ?? undefined,
    },
  }
}
