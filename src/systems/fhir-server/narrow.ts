import type { SearchClause, SearchQuery, SearchValue } from '../../fhir/search/query.ts'
import type { TypeRules } from './product-rules.ts'

/**
 * What of a search is passed on to the product, so that it sends less. Only what surely leaves nothing out: one code
 * with its system, or a date from which. All of the search is matched here afterwards in any case.
 */
export function narrow({ clauses }: SearchQuery, { narrows }: TypeRules): URLSearchParams {
  const narrowed = new URLSearchParams()
  for (const clause of clauses) {
    if (!narrows.has(clause.param) || clause.modifier !== undefined) continue
    const text = textOf(clause)
    if (text !== undefined && !narrowed.has(clause.param)) narrowed.set(clause.param, text)
  }
  return narrowed
}

function textOf({ values }: SearchClause): string | undefined {
  const [value, second] = values
  if (value === undefined || second !== undefined) return undefined
  return value.kind === 'token' ? tokenText(value) : undefined
}

function tokenText(value: Extract<SearchValue, { kind: 'token' }>): string | undefined {
  const { system, code } = value
  if (!system || !code || /[|,\\$]/.test(system + code)) return undefined
  return `${system}|${code}`
}
