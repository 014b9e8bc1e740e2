import { parseJson } from '../fhir/json/parse.ts'
import { withOwnReferences } from '../fhir/own-references.ts'
import { parseFhirPathPatch } from '../fhir/patch/fhirpath-patch.ts'
import { type Patch, parseJsonPatch } from '../fhir/patch/json-patch.ts'
import { Problem } from '../fhir/problem.ts'
import type { Change } from '../fhir/record-system.ts'
import type { ResourceType } from '../fhir/resource-type.ts'
import type { SearchQuery } from '../fhir/search/query.ts'
import { validResource } from '../fhir/validation/validate.ts'
import type { Media } from './media.ts'

interface PatchRequest {
  readonly body: Buffer | undefined
  readonly media: Media
  /** The server's own address. */
  readonly base: string
}

/**
 * A patch as a change: a JSON Patch, a FHIRPath Patch in Parameters, or (in Bundles) a JSON Patch in a Binary.
 * What comes of it must be valid, and the same resource.
 *
 * @see https://hl7.org/fhir/R4/http.html#patch
 */
export function patchIn(
  { body = Buffer.alloc(0), media, base }: PatchRequest,
  type: ResourceType,
  target: string | SearchQuery,
  ifMatch: string | undefined,
): Change {
  const patch = media === 'json-patch' ? parseJsonPatch(body) : patchInResource(body)
  return {
    kind: 'patch',
    type,
    target,
    ifMatch,
    apply: ({ key, bytes }) => {
      const patched = withOwnReferences(validResource(parseJson(patch(bytes))), base)
      if (patched.type === key.type && patched.id === key.id) return patched
      throw new Problem('business-rule', 'A patch may not change what the resource is')
    },
  }
}

function patchInResource(body: Buffer): Patch {
  if (/^\s*\[/.test(body.toString('latin1', 0, 64))) return parseJsonPatch(body)
  const { value } = parseJson(body)
  const { resourceType, contentType, data } = value
  if (resourceType === 'Parameters') {
    validResource(parseJson(body))
    return parseFhirPathPatch(body)
  }
  if (resourceType === 'Binary' && contentType === 'application/json-patch+json') {
    return parseJsonPatch(Buffer.from(String(data), 'base64'))
  }
  throw new Problem('invalid', 'A patch is a JSON Patch, or Parameters with its operations')
}
