import type { FhirResource } from 'fhir/r4'
import { parseReferenceText } from './search/reference-text.ts'
import type { ValidResource } from './validation/valid-resource.ts'

/**
 * A resource whose value is read with references under the server's own address as what they are: `Patient/1`. Whose record it
 * belongs to, and what it is found by, is then the same however its sender wrote them. The bytes stay as they came.
 *
 * https://hl7.org/fhir/R4/references.html#literal
 * @param base the server's own address without a slash at the end
 */
export function withOwnReferences(resource: ValidResource, base: string): ValidResource {
  if (!resource.bytes.includes(base)) return resource
  return { ...resource, value: localised(resource.value, base) as FhirResource }
}

function localised(value: unknown, base: string): unknown {
  if (Array.isArray(value)) return value.map((each) => localised(each, base))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      name === 'reference' && typeof each === 'string' ? local(each, base) : localised(each, base),
    ]),
  )
}

function local(text: string, base: string): string {
  const isOwn = text.startsWith(`${base}/`) && parseReferenceText(text, base).url === undefined
  return isOwn ? text.slice(base.length + 1) : text
}
