/**
 * A way from a resource to values of one data type, as `tools/definitions/search-parameters.ts` wrote it:
 * `component*.valueQuantity:Quantity`, `subject:Reference>Patient`, `status:code@http://…`,
 * `telecom*(system=phone):ContactPoint`, `entry*[0].resource:Resource`.
 */
export interface ElementPath {
  readonly steps: readonly Step[]
  readonly dataType: string
  /** Only references to this type: `where(resolve() is Patient)`. */
  readonly refersTo: string | undefined
  /** The code system that a required binding gives a bare `code`. */
  readonly system: string | undefined
}

/** One element on the way. */
export interface Step {
  /** As written, the same for the same way. */
  readonly text: string
  /** The name in JSON; several for the forms of one choice, which only `exists` has. */
  readonly keys: readonly string[]
  readonly array: boolean
  /** Only this position of the array. */
  readonly index: number | undefined
  /** Only where this child has this value. */
  readonly where: { readonly key: string; readonly value: string } | undefined
}

/** Reads a path of the table. Throws a plain error for anything else, as the table is ours. */
export function parseElementPath(text: string): ElementPath {
  const found = /^([^:]+):(\w+)(?:>(\w+))?(?:@(\S+))?$/.exec(text)
  if (found === null) throw new Error(`search-parameters.json: ${text} is no path`)
  const [, steps = '', dataType = '', refersTo, system] = found
  return { steps: steps.split('.').map(parseStep), dataType, refersTo, system }
}

function parseStep(text: string): Step {
  const found = /^(\w+(?:\|\w+)*)(\*)?(?:\((\w+)=([\w-]+)\))?(?:\[(\d+)\])?$/.exec(text)
  if (found === null) throw new Error(`search-parameters.json: ${text} is no step`)
  const [, keys = '', array, key, value, index] = found
  return {
    text,
    keys: keys.split('|'),
    array: array !== undefined,
    index: index === undefined ? undefined : Number(index),
    where: key === undefined || value === undefined ? undefined : { key, value },
  }
}
