import { randomBytes } from 'node:crypto'
import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'
import { Problem } from '../../fhir/problem.ts'

/**
 * How far a region has come: `preparing`, nobody sees it; `shadow`, it is asked and timed, but not shown; `live`; `paused`,
 * for a while; `left`, for good.
 */
export type RegionState = 'preparing' | 'shadow' | 'live' | 'paused' | 'left'

/** What a region runs. `own`: our own store alone; `karna`: another Kärna, over the network. */
export type RegionKind = 'own' | 'cosmic' | 'millennium' | 'rivta' | 'karna'

/** Who is the data controller (personuppgiftsansvarig), and under which agreement the region takes part. */
export interface Agreement {
  /** Diary number or other name of the agreement. */
  readonly agreement?: string
  /** ISO date that it was signed. */
  readonly signed?: string
  /** The data controller: an organisation number, `2321000131`, and its name. */
  readonly controller?: string
  readonly controllerName?: string
  /** Whom to call when something is wrong. */
  readonly contact?: string
}

/** A client certificate as it is watched over. */
export interface Certificate {
  readonly sha256: string
  /** ISO date. */
  readonly notAfter: string
}

/** A region as it's written down. */
export interface RegionRecord {
  readonly id: string
  readonly name: string
  readonly kind: RegionKind
  readonly state: RegionState
  /** By kind; see `open-legacy.ts`. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly agreement: Agreement
  readonly certificate: Certificate | undefined
  /** Changes with every change. */
  readonly revision: string
}

/** Something that happened to a region. */
export interface RegionEvent {
  readonly region: string
  /** ISO time. */
  readonly at: string
  readonly event: string
  readonly detail: Readonly<Record<string, unknown>>
}

/** What may be set of a region. */
export type RegionPlan = Pick<RegionRecord, 'id' | 'name' | 'kind'> &
  Partial<Pick<RegionRecord, 'settings' | 'agreement' | 'certificate'>> & {
    readonly state?: RegionState
    readonly secrets?: Readonly<Record<string, Buffer>>
  }

/** The regions as data. A running server looks here every second, so what a command changes holds at once. */
export interface Registry {
  all(): Promise<readonly RegionRecord[]>
  get(id: string): Promise<RegionRecord | undefined>
  /** Writes a region down, or changes it; what isn't given stays as it is. */
  put(plan: RegionPlan): Promise<RegionRecord>
  /** As `put`, and remembers what it was before. */
  change(plan: RegionPlan): Promise<RegionRecord>
  /** What the region was before it was last changed. */
  former(id: string): Promise<RegionPlan | undefined>
  /** @throws Problem `business-rule` for a step that isn't there, such as from left to live */
  move(id: string, to: RegionState, detail?: RegionEvent['detail']): Promise<RegionRecord>
  note(id: string, event: string, detail: RegionEvent['detail']): Promise<void>
  /** As `note`, in the place of the last of its name since the region came to where it is: what is counted on and on. */
  renote(id: string, event: string, detail: RegionEvent['detail']): Promise<void>
  events(id: string): Promise<readonly RegionEvent[]>
  secret(id: string, name: string): Promise<Buffer | undefined>
  /** Changes when a secret that was given changes; says nothing of it. */
  fingerprint(id: string): Promise<string>
  /** A secret that is made when it's first asked for. */
  ownSecret(id: string, name: string): Promise<Buffer>
  /** The SHA-256 of each of a region's secrets, by name. */
  secretHashes(id: string): Promise<Readonly<Record<string, string>>>
  destroySecrets(id: string): Promise<void>
}

/** What an event of a region coming to a state is called. */
export const isStateEvent = (event: string): boolean => Object.hasOwn(STEPS, event)

/** Every step there is. Live is reached from shadow alone, and from a pause; back again in one step. */
const STEPS: Readonly<Record<RegionState, readonly RegionState[]>> = {
  preparing: ['shadow', 'left'],
  shadow: ['live', 'preparing', 'left'],
  live: ['paused', 'shadow', 'left'],
  paused: ['live', 'shadow', 'left'],
  left: ['preparing'],
}

export function createRegistry(db: Queryable): Registry {
  const get = async (id: string) => (await read(db, id))[0]
  const note: Registry['note'] = async (id, event, detail) => {
    await query(
      db,
      sql`insert into systems.region_event (region, event, detail)
        values (${id}, ${event}, ${JSON.stringify(detail)}::jsonb)`,
    )
  }
  return {
    all: () => read(db, undefined),
    get,
    put: async (plan) => {
      await put(db, plan)
      return (await get(plan.id)) ?? missing(plan.id)
    },
    async change(plan) {
      await remember(db, plan.id, Object.keys(plan.secrets ?? {}))
      await put(db, plan)
      return (await get(plan.id)) ?? missing(plan.id)
    },
    former: (id) => readFormer(db, id),
    async move(id, to, detail = {}) {
      const there = (await get(id)) ?? missing(id)
      if (!STEPS[there.state].includes(to)) {
        throw new Problem(
          'business-rule',
          `A region goes from ${there.state} to ${STEPS[there.state].join(', ')}`,
        )
      }
      await query(
        db,
        sql`update systems.region set state = ${to}, revision = revision + 1 where id = ${id}`,
      )
      await note(id, to, { from: there.state, ...detail })
      return (await get(id)) ?? missing(id)
    },
    note,
    async renote(id, event, detail) {
      await query(
        db,
        sql`delete from systems.region_event where region = ${id} and event = ${event}
          and id > coalesce((select max(id) from systems.region_event
            where region = ${id} and event = any(${Object.keys(STEPS)})), 0)`,
      )
      await note(id, event, detail)
    },
    events: (id) => readEvents(db, id),
    secret: (id, name) => readSecret(db, id, name),
    async fingerprint(id) {
      const [row] = await query<{ print: string | null }>(
        db,
        sql`select encode(sha256(string_agg(sha256(secret), '' order by name)), 'hex') as print
          from systems.region_secret where region = ${id} and name <> ${OWN_SECRET} and name not like ${`${FORMER}%`}`,
      )
      return row?.print ?? ''
    },
    async ownSecret(id, name) {
      await query(
        db,
        sql`insert into systems.region_secret (region, name, secret)
          values (${id}, ${name}, ${randomBytes(32)}) on conflict do nothing`,
      )
      return (await readSecret(db, id, name)) ?? missing(id)
    },
    async secretHashes(id) {
      const rows = await query<{ name: string; hash: string }>(
        db,
        sql`select name, encode(sha256(secret), 'hex') as hash from systems.region_secret
          where region = ${id} order by name`,
      )
      return Object.fromEntries(rows.map(({ name, hash }) => [name, hash]))
    },
    async destroySecrets(id) {
      await query(db, sql`delete from systems.region_secret where region = ${id}`)
    },
  }
}

/** The one that we make ourselves: what ids are sealed with. */
const OWN_SECRET = 'ids'

/** Before the names of secrets that were replaced. */
const FORMER = 'former/'

/** Keeps what a region is, and the secrets that are about to be replaced. */
async function remember(db: Queryable, id: string, secrets: readonly string[]): Promise<void> {
  await query(
    db,
    sql`with kept as (update systems.region set former = jsonb_build_object('name', name, 'kind', kind,
        'settings', settings, 'certificate', certificate, 'secrets', ${[...secrets]}::text[]) where id = ${id} returning id)
      insert into systems.region_secret (region, name, secret)
        select s.region, ${FORMER} || s.name, s.secret from systems.region_secret s join kept on kept.id = s.region
        where s.name = any(${[...secrets]})
      on conflict (region, name) do update set secret = excluded.secret`,
  )
}

interface Former extends Pick<RegionRecord, 'name' | 'kind' | 'settings'> {
  readonly certificate: Certificate | null
  readonly secrets: readonly string[]
}

async function readFormer(db: Queryable, id: string): Promise<RegionPlan | undefined> {
  const [row] = await query<{ former: Former | null }>(
    db,
    sql`select former from systems.region where id = ${id}`,
  )
  if (!row?.former) return undefined
  const { name, kind, settings, certificate, secrets } = row.former
  const kept = await Promise.all(
    secrets.map(async (each) => [each, await readSecret(db, id, `${FORMER}${each}`)] as const),
  )
  return {
    id,
    name,
    kind,
    settings,
    ...(certificate && { certificate }),
    secrets: Object.fromEntries(kept.flatMap(([each, secret]) => (secret ? [[each, secret]] : []))),
  }
}

function missing(id: string): never {
  throw new Problem('not-found', `There is no region ${/^[a-z-]{1,32}$/.test(id) ? id : ''}`)
}

interface Row extends Omit<RegionRecord, 'certificate'> {
  readonly certificate: Certificate | null
}

async function read(db: Queryable, id: string | undefined): Promise<RegionRecord[]> {
  const rows = await query<Row>(
    db,
    sql`select id, name, kind, state, settings, agreement, certificate, revision::text from systems.region
      where ${id ?? null}::text is null or id = ${id ?? null} order by id`,
  )
  return rows.map((row) => ({ ...row, certificate: row.certificate ?? undefined }))
}

/** One statement: a server that looks meanwhile never sees new settings with the secret of the old. */
async function put(db: Queryable, plan: RegionPlan): Promise<void> {
  const { id, name, kind, settings, agreement, certificate, state, secrets = {} } = plan
  const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value))
  const names = Object.keys(secrets)
  await query(
    db,
    sql`with kept as (insert into systems.region (id, name, kind, state, settings, agreement, certificate)
      values (${id}, ${name}, ${kind}, ${state ?? 'preparing'}, coalesce(${json(settings)}::jsonb, '{}'),
        coalesce(${json(agreement)}::jsonb, '{}'), ${json(certificate)}::jsonb)
      on conflict (id) do update set name = excluded.name, kind = excluded.kind,
        state = coalesce(${state ?? null}, region.state),
        settings = coalesce(${json(settings)}::jsonb, region.settings),
        agreement = coalesce(${json(agreement)}::jsonb, region.agreement),
        certificate = coalesce(${json(certificate)}::jsonb, region.certificate),
        revision = region.revision + 1
      returning id)
    insert into systems.region_secret (region, name, secret)
      select kept.id, s.name, decode(s.secret, 'base64')
        from kept, unnest(${names}::text[], ${Object.values(secrets).map((each) => each.toString('base64'))}::text[]) s (name, secret)
      on conflict (region, name) do update set secret = excluded.secret`,
  )
}

async function readEvents(db: Queryable, id: string): Promise<RegionEvent[]> {
  const rows = await query<Omit<RegionEvent, 'at'> & { at: Date }>(
    db,
    sql`select region, at, event, detail from systems.region_event
      where region = ${id} order by at desc, id desc limit 200`,
  )
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }))
}

async function readSecret(db: Queryable, id: string, name: string): Promise<Buffer | undefined> {
  const [row] = await query<{ secret: Buffer }>(
    db,
    sql`select secret from systems.region_secret where region = ${id} and name = ${name}`,
  )
  return row?.secret
}
