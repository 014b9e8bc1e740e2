import { isResourceType } from '../resource-type.ts'

/**
 * Whether a Reference may point where it does: a literal that names a resource type must name an allowed one.
 * Fragments, `urn:` and addresses that aren't of a FHIR server say nothing of a type and pass.
 * https://hl7.org/fhir/R4/references.html#literal
 */
export function pointsAt(reference: unknown, targets: ReadonlySet<string>): boolean {
  const literal = (reference as { readonly reference?: unknown }).reference
  if (typeof literal !== 'string') return true
  const slash = literal.indexOf('/')
  if (targets.has(literal.slice(0, Math.max(slash, 0)))) return true
  const type = typeNamedBy(literal)
  return type === undefined || targets.has(type)
}

/** The type in `Patient/1`, `Patient?identifier=1`, `http://x/fhir/Patient/1/_history/2`. */
function typeNamedBy(literal: string): string | undefined {
  if (literal.startsWith('#') || literal.startsWith('urn:')) return undefined
  const [path = '', query] = literal.split(/[?#]/)
  const parts = path.replace(/\/_history\/[^/]*$/, '').split('/')
  const type = query !== undefined && literal.includes('?') ? parts.at(-1) : parts.at(-2)
  return type !== undefined && isResourceType(type) ? type : undefined
}
