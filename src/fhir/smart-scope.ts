import { isResourceType, type ResourceType } from './resource-type.ts'
import { parseClause } from './search/parse-clause.ts'
import type { SearchClause } from './search/query.ts'
import { searchParametersOf } from './search/search-parameter.ts'

/** What a scope lets an app do with a type. https://hl7.org/fhir/smart-app-launch/scopes-and-launch-context.html */
export type ScopeAction = 'create' | 'read' | 'update' | 'delete' | 'search'

/**
 * One clinical scope: `patient/Observation.rs?category=http://…|laboratory`.
 * `patient` reaches the patient in the app's context, `user` what the user reaches, `system` what a backend service does.
 */
export interface SmartScope {
  readonly level: 'patient' | 'user' | 'system'
  readonly type: ResourceType | '*'
  readonly actions: readonly ScopeAction[]
  /** The granular constraint: a resource is within the scope only if every clause matches it. Empty: no constraint. */
  readonly where: readonly SearchClause[]
  /** As it was written, for answers and the client's register. */
  readonly text: string
}

/** The letters of version 2, in the order that they must come. */
const LETTERS: readonly (readonly [letter: string, action: ScopeAction])[] = [
  ['c', 'create'],
  ['r', 'read'],
  ['u', 'update'],
  ['d', 'delete'],
  ['s', 'search'],
]

/** Version 1's words in version 2's letters. */
const VERSION_1: Readonly<Record<string, string>> = { read: 'rs', write: 'cud', '*': 'cruds' }

const SCOPE = /^(patient|user|system)\/(\*|[A-Z][A-Za-z]*)\.(read|write|\*|c?r?u?d?s?)(?:\?(.+))?$/

/**
 * Reads one clinical scope of version 1 (`patient/Observation.read`) or 2 (`patient/Observation.rs?category=…`).
 * `undefined` for all else: another kind of scope, an unknown type, letters out of order, a constraint on version 1 or on
 * all types, a search parameter or modifier that R4 lacks or we don't answer. A doubtful scope grants nothing.
 */
export function parseSmartScope(text: string): SmartScope | undefined {
  const [, level, type = '', permission = '', constraint] = SCOPE.exec(text) ?? []
  const letters = VERSION_1[permission] ?? permission
  if (!isLevel(level) || letters === '' || text.endsWith('?')) return undefined
  if (type !== '*' && !isResourceType(type)) return undefined
  if (constraint !== undefined && (type === '*' || permission in VERSION_1)) return undefined
  const where = constraint === undefined || type === '*' ? [] : parseConstraint(type, constraint)
  if (!where) return undefined
  const actions = LETTERS.filter(([letter]) => letters.includes(letter)).map(([, action]) => action)
  return { level, type, actions, where, text }
}

/** The clinical scopes of a space-separated list; what isn't one (`openid`, nonsense) is left out. */
export function smartScopesIn(text: string): readonly SmartScope[] {
  return text.split(' ').flatMap((each) => parseSmartScope(each) ?? [])
}

/** The scopes that let an app do this with this type. Each is a way in by itself; none: it may not. */
export function scopesFor(
  scopes: readonly SmartScope[],
  action: ScopeAction,
  type: ResourceType,
): readonly SmartScope[] {
  return scopes.filter(
    (scope) => (scope.type === '*' || scope.type === type) && scope.actions.includes(action),
  )
}

/**
 * Whether a scope asked for lies within one allowed: same level, no other type, no more actions, and a constraint at least
 * as narrow (every clause of the allowed one is there).
 */
export function isWithin(asked: SmartScope, allowed: SmartScope): boolean {
  if (asked.level !== allowed.level) return false
  if (allowed.type !== '*' && allowed.type !== asked.type) return false
  if (!asked.actions.every((action) => allowed.actions.includes(action))) return false
  const clauses = new Set(asked.where.map((clause) => JSON.stringify(clause)))
  return allowed.where.every((clause) => clauses.has(JSON.stringify(clause)))
}

const isLevel = (word: string | undefined): word is SmartScope['level'] =>
  word === 'patient' || word === 'user' || word === 'system'

/** `category=http://…|laboratory&status=final`, percent-encoded where it must be. */
function parseConstraint(type: ResourceType, text: string): SearchClause[] | undefined {
  const types = new Map([[type, { searchParams: searchParametersOf(type) }]])
  const options = { types, base: undefined, now: 0 }
  const parameters = [...new URLSearchParams(text)]
  try {
    const clauses = parameters.map(([name, value]) => parseClause(type, name, value, options))
    return clauses.some(isAboutNow) || clauses.length === 0 ? undefined : clauses
  } catch {
    return undefined
  }
}

/** `ap` of a date reckons from now: what a scope grants must not drift. */
const isAboutNow = ({ values }: SearchClause) =>
  values.some((value) => value.kind === 'date' && value.prefix === 'ap')
