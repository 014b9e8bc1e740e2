import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import type { CareProvider, CareUnit, Commission, Directory, StaffMember } from '../directory.ts'

/** One entry, by its HSA-id. */
export type DirectoryEntry =
  | { readonly kind: 'provider'; readonly value: CareProvider }
  | { readonly kind: 'unit'; readonly value: CareUnit }
  | { readonly kind: 'person'; readonly value: Person }
  | { readonly kind: 'commission'; readonly value: PersonsCommission }

/** Staff as they are kept: what they may do is in their commissions. */
export type Person = Omit<StaffMember, 'commissions' | 'login'>
/** A commission, with whose it is. */
export type PersonsCommission = Commission & { readonly person: string }

/** The directory as the database has it, and again when it has changed. */
export interface StoredDirectory {
  /** Its lists are those of the moment: ask for them when they're needed. */
  readonly directory: Directory
  /** Reads it anew if it has changed. */
  refresh(): Promise<void>
  close(): void
}

interface Row {
  readonly kind: DirectoryEntry['kind']
  readonly body: DirectoryEntry['value']
}

const LOOK_EVERY = 5_000
const NOTHING: Omit<Directory, 'regions'> = { providers: [], units: [], staff: [] }

/** @param regions the regions of the registry: the directory has none of its own */
export async function openStoredDirectory(
  db: Queryable,
  regions: () => Directory['regions'],
): Promise<StoredDirectory> {
  let [revision, now] = [-1, NOTHING]
  async function refresh(): Promise<void> {
    const [latest] = await query<{ revision: number }>(
      db,
      sql`select revision from identity.directory_revision`,
    )
    if (!latest || latest.revision === revision) return
    const rows = await query<Row>(
      db,
      sql`select kind, body from identity.directory_entry order by kind, hsa_id`,
    )
    revision = latest.revision
    now = listsOf(rows)
  }
  await refresh()
  const timer = setInterval(() => {
    // A database that is away now is asked again in five seconds.
    void refresh().catch(() => {})
  }, LOOK_EVERY)
  timer.unref()
  return {
    directory: {
      get regions() {
        return regions()
      },
      get providers() {
        return now.providers
      },
      get units() {
        return now.units
      },
      get staff() {
        return now.staff
      },
    },
    refresh,
    close: () => clearInterval(timer),
  }
}

function listsOf(rows: readonly Row[]): typeof NOTHING {
  const of = <Kind extends DirectoryEntry['kind']>(kind: Kind) =>
    rows.filter((row) => row.kind === kind).map(({ body }) => body) as Extract<
      DirectoryEntry,
      { kind: Kind }
    >['value'][]
  const commissions = Map.groupBy(of('commission'), ({ person }) => person)
  return {
    providers: of('provider'),
    units: of('unit'),
    staff: of('person').map((person) => ({
      ...person,
      login: person.hsaId,
      commissions: (commissions.get(person.hsaId) ?? []).map(({ person: _, ...each }) => each),
    })),
  }
}

/** How many entries a load added or changed, and took away. */
export interface Stored {
  readonly changed: number
  readonly removed: number
}

/** Writes entries of a region, all or none. What is as it was isn't written, so a load that is done again changes nothing. */
export async function storeEntries(
  db: Queryable,
  region: string,
  { entries, removed }: Pick<DirectoryChanges, 'entries' | 'removed'>,
): Promise<Stored> {
  const rows = entries.map(({ kind, value }) => ({ kind, hsa_id: value.hsaId, body: value }))
  const [done] = await query<Stored>(
    db,
    sql`with given as (
        select kind, hsa_id, body from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb)
          as given (kind text, hsa_id text, body jsonb)
      ), written as (
        insert into identity.directory_entry as entry (kind, hsa_id, region, body)
        select kind, hsa_id, ${region}, body from given
        on conflict (kind, hsa_id) do update set body = excluded.body, region = excluded.region
          where entry.body is distinct from excluded.body or entry.region <> excluded.region
        returning 1
      ), gone as (
        delete from identity.directory_entry entry
        using jsonb_to_recordset(${JSON.stringify(removed)}::jsonb) as gone (kind text, hsa_id text)
        where entry.kind = gone.kind and entry.hsa_id = gone.hsa_id and entry.region = ${region}
        returning 1
      ), told as (
        update identity.directory_revision set revision = revision + 1
        where exists (select from written) or exists (select from gone)
      )
      select (select count(*)::int from written) as changed, (select count(*)::int from gone) as removed`,
  )
  if (!done) throw new Error('counts are always answered')
  return done
}

/** What a load comes to. */
export interface DirectoryChanges {
  readonly entries: readonly DirectoryEntry[]
  readonly removed: readonly { readonly kind: DirectoryEntry['kind']; readonly hsa_id: string }[]
  readonly rejections: readonly { readonly name: string; readonly reason: string }[]
}
