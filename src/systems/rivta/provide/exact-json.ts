import type { FhirResource } from 'fhir/r4'

/**
 * Parses a stored resource with its decimals as they are written: `5.40` is written as `5.40` by `JSON.stringify` again.
 * Such numbers can't be reckoned with. https://github.com/tc39/proposal-json-parse-with-source
 */
export function parseExactly(bytes: Buffer): FhirResource {
  return JSON.parse(String(bytes), ((_: string, value: unknown, context: Context) =>
    typeof value === 'number' && !Number.isInteger(value) && context.source !== undefined
      ? JSON.rawJSON(context.source)
      : keptWhole(value, context)) as Reviver)
}

/** `5.0` is an integer to JSON and two digits to a laboratory. */
function keptWhole(value: unknown, { source }: Context): unknown {
  const isWritten = typeof value === 'number' && source !== undefined && source !== String(value)
  return isWritten ? JSON.rawJSON(source) : value
}

interface Context {
  readonly source?: string
}

type Reviver = NonNullable<Parameters<typeof JSON.parse>[1]>
