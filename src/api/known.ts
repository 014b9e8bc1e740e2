import type { Answer } from './perform.ts'

/** What a caller says to have already: `If-None-Match` and `If-Modified-Since`. */
export interface Known {
  readonly ifNoneMatch: string | undefined
  readonly ifModifiedSince: string | undefined
}

/**
 * Whether what would be answered is what the caller has.
 * https://hl7.org/fhir/R4/http.html#cread https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2
 */
export function isKnown(known: Known, { status, version, lastUpdated }: Answer): boolean {
  if (status !== 200 || !version || !lastUpdated) return false
  const { ifNoneMatch, ifModifiedSince = '' } = known
  if (ifNoneMatch !== undefined) {
    const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''))
    return tags.includes('*') || tags.includes(`"${version}"`)
  }
  // A header knows whole seconds only.
  return Math.floor(Date.parse(lastUpdated) / 1000) * 1000 <= Date.parse(ifModifiedSince)
}
