import type { FhirResource } from 'fhir/r4'
import { parseJsonPatch } from '../../src/fhir/patch/json-patch.ts'
import { type Answer, type Request, type Responding, refused } from './answer.ts'
import type { TypeRules } from './product.ts'
import type { Found } from './search-records.ts'

const INTERACTIONS = { POST: 'create', PUT: 'update', PATCH: 'patch' } as const

/** Creates, replaces or patches a record, by the product's rules. */
export function write(parts: Responding, request: Request, rules: TypeRules): Answer {
  const [type = '', id] = request.path.split('/')
  const interaction = INTERACTIONS[request.method as keyof typeof INTERACTIONS]
  if (!interaction || !rules.interactions.has(interaction)) {
    return refused({ status: 405, code: 'not-supported', text: `${type} does not take this` })
  }
  if (interaction === 'create') return keep(parts, type, request.body, undefined, rules)
  const there = parts.keeper.find(type, id ?? '')
  if (!there) return refused({ status: 404, code: 'not-found', text: 'No such resource' })
  const stale = refuseVersion(parts, request, there)
  if (stale) return stale
  if (interaction === 'update') return keep(parts, type, request.body, id, rules)
  if (!/^application\/json-patch\+json/.test(request.headers['content-type'] ?? '')) {
    return refused({ status: 415, code: 'not-supported', text: 'Only JSON Patch is taken' })
  }
  try {
    return keep(parts, type, parseJsonPatch(request.body)(Buffer.from(there.text)), id, rules)
  } catch {
    return refused({ status: 422, code: 'business-rule', text: 'The patch does not fit' })
  }
}

function refuseVersion(
  { product }: Responding,
  { headers }: Request,
  there: Found,
): Answer | undefined {
  const ifMatch = headers['if-match']
  if (ifMatch === undefined) {
    return refused({ status: 400, code: 'required', text: 'If-Match is required' })
  }
  if (ifMatch === `W/"${there.version}"`) return undefined
  return refused({ status: product.staleStatus, code: 'conflict', text: 'The version is stale' })
}

function keep(
  { product, keeper, base }: Responding,
  type: string,
  body: Buffer,
  id: string | undefined,
  { fields }: TypeRules,
): Answer {
  const value = read(body)
  if (value?.resourceType !== type) {
    return refused({ status: 400, code: 'invalid', text: 'The body is not a resource of the type' })
  }
  const unknown = fields && Object.keys(value).find((name) => !fields.has(name.replace(/^_/, '')))
  if (unknown) {
    const text = `${type}.${unknown} is not supported`
    return refused({ status: 422, code: 'not-supported', text, expression: `${type}.${unknown}` })
  }
  const refusal = product.refuseWrite(value)
  if (refusal) return refused(refusal)
  const kept = keeper.keep(type, body, id)
  const at = `${base}/${type}/${kept.value.id}`
  return {
    status: id === undefined ? 201 : 200,
    headers: { Location: at, ETag: `W/"${kept.version}"` },
  }
}

function read(body: Buffer): FhirResource | undefined {
  try {
    return JSON.parse(String(body))
  } catch {
    return undefined
  }
}
