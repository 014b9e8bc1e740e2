import { conditionOf } from '../fhir/condition-of.ts'
import type { Change } from '../fhir/record-system.ts'
import { survivorOf } from '../fhir/replaced-by.ts'
import { patientOf } from '../fhir/search/patient-of.ts'
import type { SearchClause, SearchQuery } from '../fhir/search/query.ts'

/** The parameters by which a search names whose record it is about. */
const OWNER = new Set(['patient', 'subject', 'beneficiary', 'individual'])

/** The patients that a search names; none where it names nobody. Several clauses name all of theirs. */
export function patientsNamedIn(query: SearchQuery): readonly string[] {
  const named = query.clauses.flatMap((clause) =>
    query.type === 'Patient' && clause.param === '_id' ? idsIn(clause) : ownersIn(clause),
  )
  return [...new Set(named)]
}

function idsIn({ values, modifier }: SearchClause): string[] {
  if (modifier !== undefined) return []
  return values.flatMap((value) => (value.kind === 'token' && value.code ? [value.code] : []))
}

function ownersIn({ param, values, modifier }: SearchClause): string[] {
  if (!OWNER.has(param) || modifier !== undefined) return []
  return values.flatMap((value) => {
    if (value.kind !== 'reference' || value.url !== undefined || value.id === undefined) return []
    return value.type === undefined || value.type === 'Patient' ? [value.id] : []
  })
}

/** The patients that a change itself names: in its resource, in its condition, and as who takes a given-up one's place. */
export function patientsNamedBy(change: Change): readonly string[] {
  const value = 'resource' in change ? change.resource.value : undefined
  const named = value ? [patientOf(value), survivorOf(value)] : []
  const condition = conditionOf(change)
  return [...named.flatMap((each) => each ?? []), ...(condition ? patientsNamedIn(condition) : [])]
}
