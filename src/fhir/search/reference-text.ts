import { isResourceType } from '../resource-type.ts'

/** What the text of a reference says. */
export interface ReferenceText {
  /** Type and id it ends with, on this server or another. */
  readonly type: string | undefined
  readonly id: string | undefined
  readonly version: string | undefined
  /** The text without its version, unless it names a resource on this server. */
  readonly url: string | undefined
}

const LITERAL =
  /^(?:(.*)\/)?([A-Z][A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/

/**
 * Reads `Patient/1`, `Patient/1/_history/2`, `https://other.example/fhir/Patient/1`, `urn:uuid:…` or `#contained`.
 * `url` is `undefined` for what is on this server: a relative reference, or one under `base`.
 * @param base The server's own address without a slash at the end, if it has one.
 * https://hl7.org/fhir/R4/references.html#literal
 */
export function parseReferenceText(text: string, base: string | undefined): ReferenceText {
  const found = LITERAL.exec(text)
  const type = found?.[2]
  if (found === null || type === undefined || !isResourceType(type)) {
    return { type: undefined, id: undefined, version: undefined, url: text }
  }
  const [, server, , id, version] = found
  const local = server === undefined || server === base
  const history = version === undefined ? 0 : '/_history/'.length + version.length
  return { type, id, version, url: local ? undefined : text.slice(0, text.length - history) }
}

/**
 * Reads a canonical: a URL that may end in `|version`. A relative one names a resource on this server.
 * https://hl7.org/fhir/R4/references.html#canonical
 */
export function parseCanonical(text: string, base: string | undefined): ReferenceText {
  const bar = text.lastIndexOf('|')
  if (bar < 0) return parseReferenceText(text, base)
  return { ...parseReferenceText(text.slice(0, bar), base), version: text.slice(bar + 1) }
}
