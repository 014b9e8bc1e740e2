import { parse, stringify } from 'lossless-json'

/**
 * Whether two resources of one id say the same, but for what the server stamps. Numbers are the same only if they are written
 * alike: `1.0` says more than `1`. https://hl7.org/fhir/R4/datatypes.html#decimal
 */
export function isSameContent(one: Buffer, other: Buffer): boolean {
  return one.equals(other) || contentOf(one) === contentOf(other)
}

function contentOf(bytes: Buffer): string | undefined {
  if (bytes.length === 0) return undefined // of a deletion
  const { id: _id, meta, ...rest } = parse(String(bytes)) as Record<string, unknown>
  const {
    versionId: _version,
    lastUpdated: _time,
    ...told
  } = (meta ?? {}) as Record<string, unknown>
  return stringify({ meta: told, ...rest })
}
