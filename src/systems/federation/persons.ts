import { randomUUID } from 'node:crypto'
import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'

/** Where something about a person is: the region, and their Patient.id in it, once that is known. */
export interface Engagement {
  readonly region: string
  readonly patient: string | undefined
}

/** Who is who across regions, and who has something about them: the engagement index. */
export interface Persons {
  /** The person that a number is of, if any region has said that it knows them. */
  byNumber(number: string): Promise<string | undefined>
  /** The person that a region's Patient is; `undefined` for one without a number. */
  byPatient(region: string, patient: string): Promise<string | undefined>
  numberOf(person: string): Promise<string | undefined>
  /** Some of a region's patients, by their ids there, in order; those after one of them if it's given. */
  patientsIn(region: string, count: number, after?: string): Promise<readonly string[]>
  whereIs(person: string): Promise<readonly Engagement[]>
  /** A region has something about somebody. @returns the person */
  note(entry: {
    readonly number: string
    readonly region: string
    readonly patient?: string
  }): Promise<string>
  /** All at once, as a region joins. */
  noteAll(
    region: string,
    entries: readonly { readonly number: string; readonly patient?: string }[],
  ): Promise<void>
  /** A region has left: nobody is sought there any more. */
  forgetRegion(region: string): Promise<void>
}

/** How long it's believed who has something, ms; what this process notes is true at once. */
const BELIEVED = 1_000
/** How long it's believed who a Patient is, ms: a number is seldom corrected or given. */
const KNOWN = 10_000
const MOST = 100_000

export function createPersons(db: Queryable, now: () => number): Persons {
  const places = new Map<string, { readonly at: Promise<readonly Engagement[]>; until: number }>()
  const byPatient = new Map<string, { readonly person: string; readonly until: number }>()
  const believe = (region: string, patient: string, person: string) => {
    if (byPatient.size > MOST) byPatient.clear()
    byPatient.set(`${region} ${patient}`, { person, until: now() + KNOWN })
  }

  async function lookUp(person: string): Promise<readonly Engagement[]> {
    const rows = await query<{ region: string; patient: string | null }>(
      db,
      sql`select region, patient from systems.engagement where person = ${person}::uuid order by region`,
    )
    for (const { region, patient } of rows) if (patient) believe(region, patient, person)
    return rows.map(({ region, patient }) => ({ region, patient: patient ?? undefined }))
  }

  const noteAll: Persons['noteAll'] = async (region, entries) => {
    if (entries.length === 0) return
    await insert(db, region, entries)
    places.clear()
    for (const { patient } of entries) byPatient.delete(`${region} ${patient}`)
  }

  return {
    byNumber: (number) => personOf(db, number),
    async byPatient(region, patient) {
      const known = byPatient.get(`${region} ${patient}`)
      if (known && known.until > now()) return known.person
      const person = await personWith(db, region, patient)
      if (person) believe(region, patient, person)
      return person
    },
    async numberOf(person) {
      if (!isPerson(person)) return undefined
      const [row] = await query<{ number: string }>(
        db,
        sql`select number from systems.person where id = ${person}::uuid`,
      )
      return row?.number
    },
    async patientsIn(region, count, after = '') {
      const rows = await query<{ patient: string }>(
        db,
        sql`select patient from systems.engagement
          where region = ${region} and patient > ${after} order by patient limit ${count}`,
      )
      return rows.map(({ patient }) => patient)
    },
    whereIs(person) {
      if (!isPerson(person)) return Promise.resolve([])
      const there = places.get(person)
      if (there && there.until > now()) return there.at
      if (places.size > MOST) places.clear()
      const at = lookUp(person)
      places.set(person, { at, until: now() + BELIEVED })
      at.catch(() => places.delete(person))
      return at
    },
    async note({ number, region, patient }) {
      await noteAll(region, [{ number, ...(patient !== undefined && { patient }) }])
      return (await personOf(db, number)) ?? ''
    },
    noteAll,
    async forgetRegion(region) {
      await query(db, sql`delete from systems.engagement where region = ${region}`)
      places.clear()
      byPatient.clear()
    },
  }
}

async function personOf(db: Queryable, number: string): Promise<string | undefined> {
  const [row] = await query<{ id: string }>(
    db,
    sql`select id::text from systems.person where number = ${number}`,
  )
  return row?.id
}

async function personWith(db: Queryable, region: string, patient: string) {
  const [row] = await query<{ person: string }>(
    db,
    sql`select person::text from systems.engagement where region = ${region} and patient = ${patient}`,
  )
  return row?.person
}

/** In the order of the numbers, so that two at once don't wait for each other. */
async function insert(
  db: Queryable,
  region: string,
  unsorted: Parameters<Persons['noteAll']>[1],
): Promise<void> {
  const entries = unsorted.toSorted((a, b) => (a.number < b.number ? -1 : 1))
  const numbers = entries.map(({ number }) => number)
  const patients = entries.map(({ patient }) => patient ?? null)
  await query(
    db,
    sql`insert into systems.person (id, number)
      select * from unnest(${entries.map(() => randomUUID())}::uuid[], ${numbers}::text[])
      on conflict (number) do nothing`,
  )
  // A Patient whose number was corrected, or who was given one, is another person now.
  await query(
    db,
    sql`delete from systems.engagement e
      using unnest(${numbers}::text[], ${patients}::text[]) as k (number, patient), systems.person p
      where e.region = ${region} and e.patient = k.patient and p.id = e.person and p.number <> k.number`,
  )
  await query(
    db,
    sql`insert into systems.engagement (person, region, patient)
      select distinct on (p.id) p.id, ${region}, k.patient
        from unnest(${numbers}::text[], ${patients}::text[]) as k (number, patient)
        join systems.person p on p.number = k.number
      on conflict (person, region) do update
        set patient = coalesce(excluded.patient, engagement.patient), most_recent = now()`,
  )
}

const PERSON = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Whether an id of the federation is a person's, and not a region's own with its region before it. */
export function isPerson(id: string): boolean {
  return PERSON.test(id)
}
