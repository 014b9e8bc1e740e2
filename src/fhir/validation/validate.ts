import type { FhirResource } from 'fhir/r4'
import type { ParsedJson } from '../json/parse.ts'
import { type Issue, Problem } from '../problem.ts'
import { isResource } from './compile-validator.ts'
import { danglingIn } from './contained-references.ts'
import { reportResource } from './report.ts'
import type { ValidResource } from './valid-resource.ts'

const NONE: readonly Issue[] = []

/**
 * Makes a resource of JSON that is a valid instance of its R4 type: known elements, cardinality, types and formats,
 * choices, required codes, reference targets, narrative, and a few invariants. Profiles aren't looked at.
 *
 * @throws Problem with everything that is wrong (50 things at most), each with its FHIRPath
 * @see https://hl7.org/fhir/R4/validation.html
 */
export function validResource(parsed: ParsedJson): ValidResource {
  const found = issuesOf(parsed.value)
  const mayDangle = found.length === 0 && parsed.bytes.includes('"#')
  const issues = mayDangle ? danglingIn(parsed.value) : found
  const [first] = issues
  if (first) {
    const { code, message, expression } = first
    throw new Problem(code, message, { ...(expression && { expression }), issues })
  }
  const value = parsed.value as unknown as FhirResource
  const { resourceType: type, id } = value
  return { type, id, value, bytes: parsed.bytes } as ValidResource
}

/**
 * What is wrong with a resource; empty if nothing is.
 *
 * @param value as JSON.parse gives it. Control characters and depth are `parseJson`'s to refuse.
 */
export function issuesOf(value: unknown): readonly Issue[] {
  return isResource(value) ? NONE : reportResource(value)
}
