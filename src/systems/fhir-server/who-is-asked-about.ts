import { Problem } from '../../fhir/problem.ts'
import type { SearchClause, SearchQuery } from '../../fhir/search/query.ts'
import type { Sight } from '../../fhir/sight.ts'

/** More patients than this in one search would be hundreds of questions to the source. */
const MOST_PATIENTS = 40

/** The parameters that say whose record something is in. */
const OWNERS = new Set(['patient', 'subject'])

/**
 * The patients that a search is about: those it names, or else those that the sight is limited to. The ones outside the
 * sight aren't even asked about.
 *
 * @throws Problem `not-supported` for a search about nobody in particular, `too-costly` for one about too many
 */
export function whoIsAskedAbout(query: SearchQuery, sight: Sight): readonly string[] {
  const [named] = query.clauses.flatMap((clause) => {
    const found = patientsIn(clause)
    return found ? [found] : []
  })
  const { patients } = sight
  const asked = named ?? patients
  if (asked === 'all') {
    throw new Problem(
      'not-supported',
      `The source is asked about one patient at a time. Name one: ${query.type}?patient=Patient/…`,
    )
  }
  const seen = [...new Set(asked)].filter((id) => patients === 'all' || patients.includes(id))
  if (seen.length <= MOST_PATIENTS) return seen
  throw new Problem(
    'too-costly',
    `The source is asked about one patient at a time, and the search is about more than ${MOST_PATIENTS}. Name fewer.`,
  )
}

function patientsIn({ param, modifier, values }: SearchClause): readonly string[] | undefined {
  if (modifier !== undefined || !OWNERS.has(param)) return undefined
  return values.flatMap((value) => {
    if (value.kind !== 'reference' || value.url !== undefined || value.id === undefined) return []
    return value.type === undefined || value.type === 'Patient' ? [value.id] : []
  })
}

/** The ids that a search names by `_id`. */
export function idsIn({ clauses }: SearchQuery): readonly string[] | undefined {
  const clause = clauses.find(({ param, modifier }) => param === '_id' && modifier === undefined)
  return clause?.values.flatMap((value) =>
    value.kind === 'token' && value.code !== undefined ? [value.code] : [],
  )
}
