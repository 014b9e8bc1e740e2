import { codesIn } from '../definitions/structures.ts'

/** The codes of a value set for an element of type `code`, which names no system. */
export function codesOf(valueSet: string): ReadonlySet<string> {
  return new Set(Object.values(codesIn(valueSet)).flat())
}

/** The codes of a value set with their systems, `system|code`. */
export function codingsOf(valueSet: string): ReadonlySet<string> {
  return new Set(
    Object.entries(codesIn(valueSet)).flatMap(([system, codes]) =>
      codes.map((code) => `${system}|${code}`),
    ),
  )
}

/** Whether a Coding, or at least one of a CodeableConcept's, is from the value set. */
export function isFrom(codings: ReadonlySet<string>, coded: unknown): boolean {
  const { coding, system, code } = coded as Readonly<Record<string, unknown>>
  if (Array.isArray(coding)) return coding.some((one) => isFrom(codings, one))
  return codings.has(`${system}|${code}`)
}
