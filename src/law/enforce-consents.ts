import { type Sql, sql } from '../db/sql.ts'
import type { StoredResource } from '../fhir/record-system.ts'
import type { HsaId } from '../fhir/sight.ts'
import type { Access } from './access.ts'
import { asConsent, decisionsIn } from './consent.ts'
import type { NewDecision } from './decision.ts'
import type { Committed, WriteEntry } from './write-log.ts'

/**
 * The statements by which the law's decisions follow each Consent that is written, in the same transaction: what its former
 * version decided ends, what this one says begins. A deleted Consent decides nothing.
 *
 * @param providerOf whose a unit is: an outer block of one unit is no matter inside its own provider (2022:913 2:3)
 */
export function enforceConsents(
  committed: readonly Committed[],
  providerOf: (unit: HsaId) => HsaId | undefined,
): Sql[] {
  const ended: { region: string; consent: string }[] = []
  const rows: object[] = []
  for (const { logEntry, results } of committed) {
    const { access } = logEntry as WriteEntry
    for (const { outcome, resource } of results) {
      if (resource?.key.type !== 'Consent' || outcome === 'exists' || outcome === 'unchanged')
        continue
      ended.push({ region: access.region, consent: resource.key.id })
      const decided = decisionsOf(resource, access)
      const whose = { providerOf, own: keeperOf(resource, access) }
      rows.push(...decided.map((each) => rowOf(access.region, withProvider(each, whose))))
    }
  }
  if (ended.length === 0) return []
  const end = sql`update law.decision d set ended_at = now()
    from jsonb_to_recordset(${JSON.stringify(ended)}::jsonb) e (region text, consent text)
    where d.region = e.region and d.consent = e.consent and d.ended_at is null`
  const begin = sql`insert into law.decision (region, patient, kind, person, unit, process, provider, recipient,
      since, until, exempt, consent, decided_by, starts, expires)
    select region, patient, kind, person, unit, process, provider, recipient,
      since, until, coalesce(exempt, '{}'), consent, decided_by, starts, expires
    from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) x (region text, patient text, kind text, person text, unit text,
      process text, provider text, recipient text, since timestamptz, until timestamptz, exempt text[], consent text,
      decided_by text, starts timestamptz, expires timestamptz)`
  return rows.length === 0 ? [end] : [end, begin]
}

function decisionsOf({ method, bytes }: StoredResource, { user }: Access): readonly NewDecision[] {
  const consent = method === 'delete' ? undefined : asConsent(JSON.parse(String(bytes)))
  return consent ? decisionsIn(consent, user) : []
}

/** The care provider that keeps a Consent; `undefined` for one that was imported without saying where it comes from. */
function keeperOf({ origin }: StoredResource, { kind, provider }: Access): HsaId | undefined {
  return kind === 'migration' && origin.provider === provider ? undefined : origin.provider
}

/** @param whose the directory's word on units; and who keeps the Consent, whose care process a blocked one is (PDL 4:4) */
function withProvider(
  decision: NewDecision,
  { providerOf, own }: { providerOf: (unit: HsaId) => HsaId | undefined; own: HsaId | undefined },
): NewDecision {
  const { kind, unit } = decision
  if (kind === 'block' && unit === undefined) return { ...decision, provider: own }
  if (kind !== 'outer-block' || unit === undefined) return decision
  return { ...decision, provider: providerOf(unit) }
}

function rowOf(region: string, decision: NewDecision): object {
  const { from, to, starts, expires, decidedBy, ...rest } = decision
  const time = (at: number | undefined) =>
    at === undefined || !Number.isFinite(at) ? undefined : new Date(at).toISOString()
  return {
    ...rest,
    region,
    decided_by: decidedBy,
    since: time(from),
    until: time(to),
    starts: time(starts),
    expires: time(expires),
  }
}
