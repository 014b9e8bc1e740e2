import { type Sql, sql } from '../db/sql.ts'
import type { StoredResource } from '../fhir/record-system.ts'
import type { Committed, WriteEntry } from './write-log.ts'

/** What the law learns of patients from what is written about them, and whom it tells how the transaction ended. */
export interface Learnt {
  readonly statements: readonly Sql[]
  settle(committed: boolean): void
}

const MOST = 200_000

/**
 * Keeps, beside what is written, who has records of whom, and of each patient the age and whether the identity is protected.
 * What this process knows to be written down already isn't written again.
 */
export function createHoldings() {
  const known = new Set<string>()

  return {
    learn(committed: readonly Committed[]): Learnt {
      const { holdings, people } = gathered(committed)
      for (const name of [...holdings.keys()]) if (known.has(name)) holdings.delete(name)
      return {
        statements: [...insertHoldings([...holdings.values()]), ...putPeople([...people.values()])],
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
  for (const { logEntry, results } of committed) {
    const { region } = (logEntry as WriteEntry).access
    const present = results.flatMap(({ resource }) => resource ?? [])
    for (const resource of present.filter(({ method }) => method !== 'delete')) {
      const { patient, unit, provider } = resource.origin
      if (resource.key.type === 'Patient') {
        people.set(`${region}\n${resource.key.id}`, { region, ...personIn(resource) })
      } else if (isHolding(resource)) {
        const holding = { region, patient, unit, provider }
        holdings.set(Object.values(holding).join('\n'), holding)
      }
    }
  }
  return { holdings, people }
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
