import { Problem } from '../fhir/problem.ts'
import type { HistoryQuery } from '../fhir/record-system.ts'
import type { ResourceType } from '../fhir/resource-type.ts'
import { parseDateRange } from '../fhir/search/date-range.ts'

const NAMES = ['_count', '_since', '_at', '_cursor', '_format', '_pretty'] as const
type Name = (typeof NAMES)[number]

const MOST = 1_000
/** 0001-01-01, from where PostgreSQL and ISO 8601 write years alike. */
const EARLIEST = -62_135_596_800_000
const LATEST = Date.UTC(9999, 11, 31)

/**
 * Reads the parameters of a history; `text` is them again, but for the page's, for its links.
 *
 * @throws Problem `not-supported` for a parameter that histories don't have, `invalid` for a value that can't be read
 * @see https://hl7.org/fhir/R4/http.html#history
 */
export function historyQuery(
  query: string,
  type: ResourceType | undefined,
  id: string | undefined,
): HistoryQuery & { readonly text: string } {
  const given = single(query)
  const count = given.get('_count') ?? '50'
  if (!/^[1-9]\d{0,8}$/.test(count)) throw unreadable('_count')
  const at = rangeIn(given, '_at')
  return {
    type,
    id,
    since: sinceIn(given),
    ...(at && { at }),
    count: Math.min(Number(count), MOST),
    cursor: given.get('_cursor'),
    text: new URLSearchParams([...given].filter(([name]) => name !== '_cursor')).toString(),
  }
}

function single(query: string): ReadonlyMap<Name, string> {
  const given = new Map<Name, string>()
  for (const [word, value] of new URLSearchParams(query)) {
    const name = NAMES.find((each) => each === word)
    if (!name) {
      const shown = /^_?[a-zA-Z-]{1,40}$/.test(word) ? ` ${word}` : ''
      throw new Problem('not-supported', `The parameter${shown} is not supported for a history`)
    }
    if (given.has(name)) throw new Problem('invalid', `${name} is given twice`)
    given.set(name, value)
  }
  return given
}

function rangeIn(given: ReadonlyMap<Name, string>, name: Name) {
  const text = given.get(name)
  if (text === undefined) return undefined
  const range = parseDateRange(text)
  if (!range || range.hi > LATEST) throw unreadable(name)
  return { lo: Math.max(range.lo, EARLIEST), hi: Math.max(range.hi, EARLIEST) }
}

function sinceIn(given: ReadonlyMap<Name, string>): string | undefined {
  const range = rangeIn(given, '_since')
  return range && new Date(range.lo).toISOString()
}

const unreadable = (name: Name) => new Problem('invalid', `The value of ${name} cannot be read`)
