import { Problem } from '../../fhir/problem.ts'
import type { SearchClause, SearchQuery } from '../../fhir/search/query.ts'
import type { Sight } from '../../fhir/sight.ts'
import { rootOf } from './mapping/code-systems.ts'
import type { SealedIds } from './sealed-id.ts'

/** More patients than this in one search would be hundreds of questions to the sources. */
const MOST_PATIENTS = 25

/** The parameters that say whose record something is in. */
const OWNERS = new Set(['patient', 'subject'])

/**
 * The ids of the patients that a search is about: those it names, or by `_id` those its ids lead back to, or else those
 * that the sight is limited to. A RIV-TA system answers about one patient at a time and about nobody in general.
 *
 * @throws Problem `not-supported` for a search about nobody in particular, `too-costly` for one about too many
 */
export function whoIsAskedAbout(
  query: SearchQuery,
  sight: Sight,
  ids: SealedIds,
): readonly string[] {
  const [named] = query.clauses.flatMap((clause) => {
    const found = patientsIn(query, clause, ids)
    return found ? [found] : []
  })
  const patients = [...new Set(named ?? patientsOf(sight, query))]
  if (patients.length <= MOST_PATIENTS) return patients
  throw new Problem(
    'too-costly',
    `The source is asked about one patient at a time, and the search is about more than ${MOST_PATIENTS}. Name fewer.`,
  )
}

/** The patients that one clause narrows the search to; `undefined` for a clause that narrows it to none. */
function patientsIn(
  query: SearchQuery,
  clause: SearchClause,
  ids: SealedIds,
): readonly string[] | undefined {
  const { param, modifier, values } = clause
  if (modifier !== undefined || values.some(({ kind }) => kind === 'missing')) return undefined
  if (param === '_id') return values.flatMap((value) => byId(query, value, ids))
  if (query.type === 'Patient') {
    return param === 'identifier' ? values.flatMap((value) => byNumber(value, ids)) : undefined
  }
  return OWNERS.has(param) ? values.flatMap(byReference) : undefined
}

type Value = SearchClause['values'][number]

function byReference(value: Value): string[] {
  if (value.kind !== 'reference' || value.url !== undefined || value.id === undefined) return []
  return value.type === undefined || value.type === 'Patient' ? [value.id] : []
}

function byId({ type }: SearchQuery, value: Value, ids: SealedIds): string[] {
  const id = value.kind === 'token' ? value.code : undefined
  const opened = id === undefined ? undefined : ids.open(id)
  if (id === undefined || !opened) return []
  if (type === 'Patient') return opened.kind === undefined ? [id] : []
  return [ids.ofPatient(opened.patient) ?? ''].filter((patient) => patient !== '')
}

/** Twelve digits, with or without their system. */
function byNumber(value: Value, ids: SealedIds): string[] {
  if (value.kind !== 'token' || value.code === undefined) return []
  const { code, system } = value
  const roots = system === undefined ? [rootOf(code)] : [/^urn:oid:(.+)$/.exec(system)?.[1] ?? '']
  return roots.flatMap((root) => ids.ofPatient({ root, extension: code }) ?? [])
}

function patientsOf(sight: Sight, { type }: SearchQuery): readonly string[] {
  if (sight.patients !== 'all') return sight.patients
  throw new Problem(
    'not-supported',
    type === 'Patient'
      ? 'The source can only look a person up by number. Search by identifier (personnummer) or _id.'
      : `The source can only be asked about one patient. Name one: ${type}?patient=Patient/…`,
  )
}
