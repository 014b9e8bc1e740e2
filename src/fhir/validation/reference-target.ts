import { isResourceType } from '../resource-type.ts'

/** `Patient/1`, `Patient/1/_history/2`, or in a transaction `Patient?identifier=1`. */
const RELATIVE =
  /^([A-Za-z]+)(?:\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?|\?.+)$/s
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:/

/**
 * Whether a Reference may point where it does: what it says of a type, by its literal or by `type`, must be one type, and an
 * allowed one. Fragments, `urn:` and addresses that aren't of a FHIR server say nothing of a type and pass. A relative one that
 * is none, `patient/1`, would be nobody's record.
 *
 * https://hl7.org/fhir/R4/references.html#literal
 */
export function pointsAt(value: unknown, targets: ReadonlySet<string>): boolean {
  const { reference, type } = value as { readonly reference?: unknown; readonly type?: unknown }
  const named = typeof reference === 'string' ? typeNamedBy(reference) : undefined
  if (named !== undefined && !targets.has(named)) return false
  if (typeof type !== 'string' || ABSOLUTE.test(type)) return true
  return targets.has(type) && (named === undefined || named === type)
}

/** The type in `Patient/1` or `http://x/fhir/Patient/1`; of a relative reference that is none, what can't be a type. */
function typeNamedBy(literal: string): string | undefined {
  if (literal.startsWith('#') || literal.startsWith('urn:')) return undefined
  if (!ABSOLUTE.test(literal)) return RELATIVE.exec(literal)?.[1] ?? ''
  const [path = '', query] = literal.split(/[?#]/)
  const parts = path.replace(/\/_history\/[^/]*$/, '').split('/')
  const type = query !== undefined && literal.includes('?') ? parts.at(-1) : parts.at(-2)
  return type !== undefined && isResourceType(type) ? type : undefined
}
