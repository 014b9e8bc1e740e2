import { Problem } from '../../fhir/problem.ts'
import type { DateValue, SearchClause, SearchQuery, SearchValue } from '../../fhir/search/query.ts'
import type { AskedEntries } from '../log-reading/log-desk.ts'

/** The search parameters that the log is searched by. */
export const AUDIT_PARAMETERS = ['_id', 'patient', 'date', 'agent', 'action', 'outcome'] as const

type Filter = Omit<AskedEntries, 'count' | 'total' | 'after'>

/**
 * What a search for AuditEvents asks of the log.
 *
 * @throws Problem `not-supported` for what the log isn't searched by
 */
export function toFilter({ clauses, sort, includes }: SearchQuery): Filter {
  const [key, more] = sort
  if (more || (key && !(key.param === 'date' && key.descending))) {
    throw new Problem('not-supported', 'The log comes newest first: _sort=-date')
  }
  if (includes.length > 0) throw new Problem('not-supported', 'The log includes nothing')
  return clauses.reduce<Filter>((filter, clause) => narrowed(filter, clause), {})
}

function narrowed(filter: Filter, clause: SearchClause): Filter {
  const [value, other] = clause.values
  if (!value || other) throw refusal(clause, 'takes one value')
  switch (clause.param) {
    case 'date':
      return period(filter, clause, value)
    case 'patient':
      return once(filter, clause, { patient: idIn(clause, value) })
    case 'agent':
      return once(filter, clause, { person: personIn(clause, value) })
    case '_id':
      return once(filter, clause, { id: codeIn(clause, value) })
    case 'action':
      return once(filter, clause, { actions: ACTIONS[codeIn(clause, value)] ?? [] })
    case 'outcome': {
      const code = codeIn(clause, value)
      return once(filter, clause, { outcome: code === '0' ? 'permit' : code === '4' ? 'deny' : '' })
    }
    default:
      throw refusal(clause, 'is not supported here')
  }
}

/** What the letters of AuditEvent.action stand for in the log. `C`, `U` and `D` are all writes. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  R: ['read', 'history'],
  C: ['write'],
  U: ['write'],
  D: ['write', 'destroy'],
  E: [
    'search',
    'see-blocked',
    'lift-block',
    'open-emergency',
    'print',
    'export',
    'read-log',
    'extract-log',
    'review-log',
    'export-log',
    'other',
  ],
}

const refusal = ({ param }: SearchClause, what: string) =>
  new Problem('not-supported', `AuditEvent's ${param} ${what}`)

/** The same parameter twice means both, which for these is nobody, or the same. */
function once(filter: Filter, clause: SearchClause, by: Filter): Filter {
  const [name] = Object.keys(by) as (keyof Filter)[]
  if (name && filter[name] !== undefined) throw refusal(clause, 'is taken once')
  return { ...filter, ...by }
}

function idIn(clause: SearchClause, value: SearchValue): string {
  if (value.kind === 'reference' && value.id !== undefined && value.url === undefined) {
    return value.id
  }
  throw refusal(clause, 'is a reference to a patient here')
}

/** `agent=Practitioner/SE…-P1`, or `agent:identifier=urn:oid:1.2.752.29.4.19|SE…-P1`. */
function personIn(clause: SearchClause, value: SearchValue): string {
  if (value.kind === 'identifier') return value.value
  if (value.kind === 'reference' && value.id !== undefined) return value.id
  throw refusal(clause, 'is a reference or an identifier')
}

function codeIn(clause: SearchClause, value: SearchValue): string {
  if (clause.modifier === undefined && value.kind === 'token' && value.code) return value.code
  throw refusal(clause, 'takes a code')
}

function period(filter: Filter, clause: SearchClause, value: SearchValue): Filter {
  if (clause.modifier !== undefined || value.kind !== 'date') throw refusal(clause, 'takes a date')
  const { from, to } = boundsOf(clause, value)
  return {
    ...filter,
    from: Math.max(from, filter.from ?? Number.NEGATIVE_INFINITY),
    to: Math.min(to, filter.to ?? Number.POSITIVE_INFINITY),
  }
}

/** Before the first entry, and after the last: the years that a Date can tell and PostgreSQL too. */
const BEGINNING = Date.UTC(1900, 0, 1)
const END = Date.UTC(9999, 0, 1)

function boundsOf(clause: SearchClause, { prefix, lo, hi }: DateValue) {
  switch (prefix) {
    case 'eq':
    case 'ap':
      return { from: lo, to: hi }
    case 'ge':
      return { from: lo, to: END }
    case 'gt':
    case 'sa':
      return { from: hi, to: END }
    case 'lt':
    case 'eb':
      return { from: BEGINNING, to: lo }
    case 'le':
      return { from: BEGINNING, to: hi }
    default:
      throw refusal(clause, 'knows no ne')
  }
}
