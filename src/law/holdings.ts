import { type Sql, sql } from '../db/sql.ts'
import type { StoredResource } from '../fhir/record-system.ts'
import { replacedBy } from '../fhir/replaced-by.ts'
import { type MergedPatient, noteMerged, noteUnmerged } from './merge-patients.ts'
import type { Committed, WriteEntry } from './write-log.ts'

/** What the law learns of patients from what is written about them, and whom it tells how the transaction ended. */
export interface Learnt {
  readonly statements: readonly Sql[]
  settle(committed: boolean): void
}

const MOST = 200_000

/**
 * Keeps, beside what is written, who has records of whom, and of each patient the age, whether the identity is protected,
 * and who took their place.
 * What this process knows to be written down already isn't written again.
 */
export function createHoldings() {
  const known = new Set<string>()

  return {
    /** @param kept whether it's kept here, so that who isn't given up is themselves again; a copy of another system's says less */
    learn(committed: readonly Committed[], kept = true): Learnt {
      const { holdings, people, merged, themselves } = gathered(committed)
      for (const name of [...holdings.keys()]) if (known.has(name)) holdings.delete(name)
      return {
        statements: [
          ...insertHoldings([...holdings.values()]),
          ...putPeople([...people.values()]),
          ...(kept && themselves.length > 0 ? [noteUnmerged(themselves)] : []),
          ...noteMerged(merged),
        ],
        settle(done) {
          if (known.size > MOST) known.clear()
          if (done) for (const name of holdings.keys()) known.add(name)
        },
      }
    },
  }
}

/** What the law is told of care providers that have records of a patient, where it isn't told of units. */
export function learnProviders(
  region: string,
  patient: string,
  providers: readonly string[],
): readonly Sql[] {
  return insertHoldings(
    providers.map((provider) => ({ region, patient, unit: provider, provider })),
  )
}

/** By what tells them apart, each once. */
function gathered(committed: readonly Committed[]) {
  const holdings = new Map<string, object>()
  const people = new Map<string, object>()
  const survivors = new Map<string, MergedPatient | undefined>()
  for (const { logEntry, results } of committed) {
    const { region } = (logEntry as WriteEntry).access
    const present = results.flatMap(({ resource }) => resource ?? [])
    for (const resource of present.filter(({ method }) => method !== 'delete')) {
      const { patient, unit, provider } = resource.origin
      if (resource.key.type === 'Patient') {
        const name = `${region}\n${resource.key.id}`
        people.set(name, { region, ...personIn(resource) })
        survivors.set(name, mergedIn(region, resource))
      } else if (isHolding(resource)) {
        const holding = { region, patient, unit, provider }
        holdings.set(Object.values(holding).join('\n'), holding)
      }
    }
  }
  const merged = [...survivors.values()].flatMap((each) => each ?? [])
  return { holdings, people, merged, themselves: themselvesAmong(survivors) }
}

function mergedIn(region: string, { key, bytes }: StoredResource): MergedPatient | undefined {
  const survivor = replacedBy(bytes)
  return survivor === undefined ? undefined : { region, former: key.id, survivor }
}

function themselvesAmong(survivors: ReadonlyMap<string, MergedPatient | undefined>) {
  return [...survivors].flatMap(([name, merged]) => {
    const [region = '', former = ''] = name.split('\n')
    return merged ? [] : [{ region, former }]
  })
}

/** What stays in its unit isn't even told of. */
const isHolding = ({ origin: { patient, labels } }: StoredResource) =>
  patient !== undefined && !labels.includes('insurance-medicine') && !labels.includes('block')

function personIn({ key, origin, bytes }: StoredResource): object {
  const { birthDate } = JSON.parse(String(bytes)) as { birthDate?: unknown }
  return {
    patient: key.id,
    birth_date: typeof birthDate === 'string' ? birthDate : null,
    is_protected: origin.labels.includes('protected-identity'),
  }
}

function insertHoldings(rows: readonly object[]): Sql[] {
  if (rows.length === 0) return []
  return [
    sql`insert into law.holding (region, patient, unit, provider)
      select region, patient, unit, provider
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) x (region text, patient text, unit text, provider text)
      on conflict do nothing`,
  ]
}

function putPeople(rows: readonly object[]): Sql[] {
  if (rows.length === 0) return []
  return [
    sql`insert into law.person (region, patient, birth_date, is_protected)
      select region, patient, birth_date, is_protected
      from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) x (region text, patient text, birth_date text, is_protected bool)
      on conflict (region, patient) do update set birth_date = excluded.birth_date, is_protected = excluded.is_protected`,
  ]
}
