import type { FhirResource } from 'fhir/r4'

/**
 * Parses a stored resource with its decimals as they are written: `5.40` is written as `5.40` by `JSON.stringify` again.
 * Such numbers can't be reckoned with. https://github.com/tc39/proposal-json-parse-with-source
 */
export function parseExactly(bytes: Buffer): FhirResource {
  return JSON.parse(String(bytes), exact as Reviver)
}

/** Only a number that JavaScript would write with other digits is kept as text. */
function exact(_: string, value: unknown, { source }: { readonly source?: string }): unknown {
  const isOther = typeof value === 'number' && source !== undefined && source !== String(value)
  return isOther ? JSON.rawJSON(source) : value
}

type Reviver = NonNullable<Parameters<typeof JSON.parse>[1]>
