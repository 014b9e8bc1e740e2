/** What a caller would like back from a write. https://hl7.org/fhir/R4/http.html#return */
export type ReturnPreference = 'minimal' | 'representation' | 'OperationOutcome'

/** What the Prefer header says that is known here; the rest may be disregarded (RFC 7240). */
export interface Preference {
  readonly returns: ReturnPreference | undefined
  /** Whether search parameters that aren't known may be left out, and said to be, instead of refused. */
  readonly lenient: boolean
}

const RETURNS: readonly ReturnPreference[] = ['minimal', 'representation', 'OperationOutcome']

/** Reads a Prefer header. https://www.rfc-editor.org/rfc/rfc7240 */
export function preferenceIn(header: string | undefined): Preference {
  const words = (header ?? '').split(/[,;]/).map((word) => word.replaceAll(/[\s"]/g, ''))
  return {
    returns: RETURNS.find((each) => words.includes(`return=${each}`)),
    lenient: words.includes('handling=lenient'),
  }
}
