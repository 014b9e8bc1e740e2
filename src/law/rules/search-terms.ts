import type { ResourceType } from '../../fhir/resource-type.ts'
import type { SearchClause, SearchQuery } from '../../fhir/search/query.ts'
import type { Access } from '../access.ts'
import type { Denial } from './rules.ts'

/**
 * Codes that say what the act forbids to search by: origin, opinions, faith, union, sexual life, crime, measures of the social
 * services and under the aliens act. Health, and compulsory psychiatric care, are allowed. LOINC and SNOMED CT.
 */
const FORBIDDEN_CODES: ReadonlySet<string> = new Set([
  'http://loinc.org|32624-9', // race
  'http://loinc.org|69490-1', // ethnicity
  'http://loinc.org|42784-9', // ethnic background
  'http://loinc.org|81364-2', // religious or cultural beliefs
  'http://loinc.org|76690-7', // sexual orientation
  'http://loinc.org|66477-1', // country of origin
  'http://snomed.info/sct|397731000', // ethnic group
  'http://snomed.info/sct|103579009', // race
  'http://snomed.info/sct|160538000', // religious affiliation
  'http://snomed.info/sct|364699009', // ethnic origin
  'http://snomed.info/sct|225774005', // political belief
  'http://snomed.info/sct|365956009', // sexual orientation
  'http://snomed.info/sct|446654005', // refugee
  'http://snomed.info/sct|390790000', // asylum seeker
  'http://snomed.info/sct|105532003', // in prison
  'http://snomed.info/sct|266977007', // imprisonment record
  'http://snomed.info/sct|365481000', // criminal record
  'http://snomed.info/sct|160933000', // on benefit
])

/** Parameters that themselves tell it: a language tells origin. */
const FORBIDDEN_PARAMETERS: ReadonlySet<string> = new Set(['Patient.language'])

/** Who is protected is not a list to be had. */
const PERSONS: ReadonlySet<ResourceType> = new Set(['Patient', 'RelatedPerson', 'Person'])

/**
 * Sensitive data and offences are no search terms, but for health and compulsory psychiatric care; nor are measures of the
 * social services or under the aliens act. A code is refused with its system or without.
 *
 * Source: PDL 2 kap. 8 §. That persons are not searched by protection: OSL 22 kap. 1 §.
 */
export function searchTerms(access: Access, query: SearchQuery): Denial | undefined {
  if (access.kind === 'sandbox' || access.kind === 'migration') return undefined
  for (const clause of query.clauses) {
    if (clause.param === '_security' && PERSONS.has(query.type)) {
      return { paragraph: 'OSL 22:1', reason: 'Persons are not searched by protection' }
    }
    if (FORBIDDEN_PARAMETERS.has(`${query.type}.${clause.param}`) || names(clause)) {
      return { paragraph: 'PDL 2:8', reason: 'This may not be used as a search term' }
    }
  }
  return undefined
}

const BARE: ReadonlySet<string> = new Set(
  [...FORBIDDEN_CODES].map((code) => code.slice(code.indexOf('|') + 1)),
)

function names({ values }: SearchClause): boolean {
  return values.some((value) => {
    if (value.kind !== 'token' || value.code === undefined) return false
    return value.system
      ? FORBIDDEN_CODES.has(`${value.system}|${value.code}`)
      : BARE.has(value.code)
  })
}
