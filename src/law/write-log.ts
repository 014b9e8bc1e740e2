import { createColumn } from '../db/binary.ts'
import { type Sql, sql } from '../db/sql.ts'
import type { ChangeResult, StoredResource } from '../fhir/record-system.ts'
import type { ResourceType } from '../fhir/resource-type.ts'
import type { HsaId } from '../fhir/sight.ts'
import type { Access } from './access.ts'
import type { LogContext } from './access-context.ts'
import { basisOf } from './basis.ts'
import { enforceConsents } from './enforce-consents.ts'
import type { PatientFacts } from './facts.ts'
import { createHoldings } from './holdings.ts'
import type { LogChains } from './log-chain.ts'
import type { LogEntry } from './log-entry.ts'

/** What the gate hands a record system to be written with the changes. */
export interface WriteEntry {
  readonly access: Access
  readonly context: LogContext
  /** What was known of the patients as it was decided: what the write rests on. */
  readonly known: readonly PatientFacts[]
}

/** One caller's changes, as they are about to be committed. */
export interface Committed {
  readonly logEntry: unknown
  readonly results: readonly ChangeResult[]
}

/** Contacts and bookings: they show that a unit takes part in a patient's care. */
export const CONTACTS: ReadonlySet<ResourceType> = new Set([
  'Appointment',
  'CareTeam',
  'Encounter',
  'EpisodeOfCare',
  'ServiceRequest',
])

/**
 * How long a unit may be presumed to need the record after its last contact: results come, certificates are written and
 * the patient calls. Eighteen months holds a yearly check-up with room to spare. A judgement, to be set by each provider.
 */
const AFTER_CONTACT = 548 * 86_400_000

/** What a store runs in the transaction of its changes, and whom it tells how that ended. */
export interface Beside {
  readonly statements: readonly Sql[]
  /** Must be called once the transaction has committed or failed. */
  settle(committed: boolean): void
}

/**
 * The statements that a store runs in the same transaction as changes: their log rows, and the care relations that follow
 * from them. So a write is never without its log, and neither relations
 * nor what a Consent says are ever out of step with the record.
 *
 * @param providerOf what the directory says of whose a unit is
 */
export function alongsideWrites(
  chains: LogChains,
  now: () => number,
  providerOf: (unit: HsaId) => HsaId | undefined,
) {
  const known = createHoldings()
  return async (committed: readonly Committed[]): Promise<Beside> => {
    const entries = committed.flatMap(({ logEntry, results }) => {
      const { access, context, known: facts } = logEntry as WriteEntry
      return writeEntries(access, results, facts).map((entry) => ({ entry, context }))
    })
    if (entries.length === 0) return { statements: [], settle: () => {} }
    const learnt = known.learn(committed)
    const chain = await chains.take()
    return {
      statements: [
        ...insertRelations(committed, now()),
        ...learnt.statements,
        ...enforceConsents(committed, providerOf),
        chain.append(entries),
      ],
      settle: (done) => {
        learnt.settle(done)
        chain.settle(done)
      },
    }
  }
}

/**
 * What the law learns of patients whose records another system keeps: who takes part in their care, and who has records
 * of them. From an admission feed, or as a region joins.
 */
export function learnFrom(
  region: string,
  resources: readonly StoredResource[],
  now: number,
): readonly Sql[] {
  const results = resources.map((resource) => ({ outcome: 'created', resource }) as const)
  const committed = [{ logEntry: { access: { region } }, results }]
  return [
    ...insertRelations(committed, now),
    ...createHoldings().learn(committed, false).statements,
  ]
}

/** One row a patient, with what was written in that patient's record and what it rests on. */
export function writeEntries(
  access: Access,
  results: readonly ChangeResult[],
  known: readonly PatientFacts[],
): LogEntry[] {
  const written = results.flatMap(({ resource }) => resource ?? [])
  const byPatient = Map.groupBy(written, ({ origin }) => origin.patient)
  if (written.length < results.length && !byPatient.has(undefined)) byPatient.set(undefined, [])
  return [...byPatient].map(([patient, resources]) => {
    const facts = known.find((each) => each.patient === patient)
    return {
      access,
      patient,
      action: 'write',
      outcome: 'permit',
      paragraph: undefined,
      ...(facts && {
        basis: basisOf(
          access,
          facts,
          resources.map(({ origin }) => origin),
        ),
      }),
      resources: resources.map(nameOf),
    }
  })
}

/** `Observation/17/3`: type, id and version. A deletion ends in `/delete`. */
export const nameOf = ({ key, version, method }: StoredResource): string =>
  `${key.type}/${key.id}/${version}${method === 'delete' ? '/delete' : ''}`

function insertRelations(committed: readonly Committed[], now: number): Sql[] {
  const until = new Map<string, readonly [string, string, string, number]>()
  for (const { logEntry, results } of committed) {
    const { region } = (logEntry as WriteEntry).access
    for (const { resource } of results) {
      if (!resource || !CONTACTS.has(resource.key.type)) continue
      const { patient, unit, to } = resource.origin
      if (patient === undefined) continue
      const end = (to ?? now) + AFTER_CONTACT
      const key = JSON.stringify([patient, unit])
      const latest = Math.max(end, until.get(key)?.[3] ?? 0)
      until.set(key, [region, patient, unit, latest])
    }
  }
  if (until.size === 0) return []
  const [region, patient, unit] = [createColumn('text'), createColumn('text'), createColumn('text')]
  const end = createColumn('timestamptz')
  for (const [inRegion, who, where, time] of until.values()) {
    region.text(inRegion)
    patient.text(who)
    unit.text(where)
    end.time(time)
  }
  return [
    sql`insert into law.care_relation (region, patient, unit, until)
    select * from unnest(${region.done()}::text[], ${patient.done()}::text[], ${unit.done()}::text[], ${end.done()}::timestamptz[])
    on conflict (region, patient, unit) do update set until = greatest(care_relation.until, excluded.until)`,
  ]
}
