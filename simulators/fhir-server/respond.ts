import { randomUUID } from 'node:crypto'
import type { FhirResource } from 'fhir/r4'
import { type Answer, type Paused, type Request, type Responding, refused } from './answer.ts'
import type { Keeper } from './keeper.ts'
import type { TypeRules } from './product.ts'
import { ownerOf, searchRecords } from './search-records.ts'
import type { Granted } from './tokens.ts'
import { write } from './write.ts'

/** Answers as the product does. */
export function respondTo(parts: Responding, request: Request): Answer {
  const { product, contexts } = parts
  if (!request.isHere) return refused({ status: 403, code: 'forbidden', text: 'Unknown tenant' })
  if (product.strictAccept && !/application\/fhir\+json/.test(request.headers.accept ?? '')) {
    return { status: 406 }
  }
  if (!request.granted) {
    return { status: 401, headers: { 'WWW-Authenticate': 'Bearer error="invalid_token"' } }
  }
  const [type = '', id, word] = request.path.split('/')
  if (request.path === 'metadata') return statement(product)
  const context = product.contextIn(request.parameters)
  if (context !== undefined) {
    const paused = contexts.get(context)
    return paused
      ? page(parts, paused)
      : refused({ status: 410, code: 'not-found', text: 'The page is gone' })
  }
  const rules = product.types.get(type)
  if (!rules || word !== undefined) {
    return refused({ status: 404, code: 'not-supported', text: `Unknown resource type` })
  }
  if (request.method !== 'GET') return write(parts, request, rules)
  return id === undefined ? search(parts, request, type, rules) : read(parts, type, id, rules)
}

/** As much of a CapabilityStatement as says what this is. */
function statement({ name, version, types }: Responding['product']): Answer {
  const resource = [...types].map(([type]) => ({ type }))
  const software = { name, version }
  const rest = [{ mode: 'server', resource }]
  const whole = { resourceType: 'CapabilityStatement', fhirVersion: '4.0.1', software, rest }
  return { status: 200, body: JSON.stringify(whole) }
}

function read({ keeper }: Responding, type: string, id: string, rules: TypeRules): Answer {
  if (!rules.interactions.has('read')) {
    return refused({ status: 405, code: 'not-supported', text: `${type} is not read by id` })
  }
  const found = keeper.find(type, id)
  if (!found) return refused({ status: 404, code: 'not-found', text: 'No such resource' })
  return { status: 200, body: found.text, headers: { ETag: `W/"${found.version}"` } }
}

function search(parts: Responding, request: Request, type: string, rules: TypeRules): Answer {
  const { product, keeper } = parts
  const { parameters, granted } = request
  const unknown = [...parameters.keys()].find(
    (name) => !rules.params.has(name) && name !== '_format',
  )
  if (!rules.interactions.has('search') || unknown !== undefined) {
    const text = unknown ? `Unknown search parameter "${unknown}"` : `${type} is not searched`
    return refused({ status: 400, code: 'not-supported', text })
  }
  const asked = { type, parameters: parts.isLying ? aboutAnother(keeper, parameters) : parameters }
  const refusal = product.refuseSearch({ type, parameters })
  if (refusal) return refused(refusal)
  const found = searchRecords(asked, keeper.all(type)).filter(({ value }) =>
    isGranted(value, granted),
  )
  if (type === 'Patient' && found.length > 1000) {
    return refused({ status: 422, code: 'too-costly', text: 'Too many patients match' })
  }
  const wantsProvenance = parameters.get('_revinclude') === 'Provenance:target'
  const arranged = product.arrange(asked, found)
  const texts = arranged.map(({ text, value }) => {
    const beside = wantsProvenance ? keeper.provenanceOf(type, value.id ?? '') : undefined
    return (
      entries(parts.base, text, value) +
      (beside ? `,${entries(parts.base, beside.text, beside.value, 'include')}` : '')
    )
  })
  const wanted = Number(parameters.get('_count') ?? rules.count.usual)
  return page(parts, { type, texts, count: Math.min(wanted || 1, rules.count.most), from: 0 })
}

/** A patient's scope shows that patient; a user's or the system's shows everything, which the client must filter. */
function isGranted(value: FhirResource, granted: Granted | undefined): boolean {
  if (!granted?.scope.includes('patient/')) return true
  const owner = value.resourceType === 'Patient' ? `Patient/${value.id}` : ownerOf(value)
  return owner === undefined || owner === `Patient/${granted.patient}`
}

function aboutAnother(keeper: Keeper, parameters: URLSearchParams): URLSearchParams {
  const lies = new URLSearchParams(parameters)
  for (const name of ['patient', 'subject'] as const) {
    const asked = parameters.get(name)?.replace('Patient/', '')
    const other = [...keeper.all('Patient')].find(({ value }) => value.id !== asked)
    if (asked !== undefined && other?.value.id) lies.set(name, other.value.id)
  }
  return lies
}

function entries(base: string, text: string, value: FhirResource, mode = 'match'): string {
  const url = `${base}/${value.resourceType}/${value.id}`
  return `{"fullUrl":"${url}","resource":${text},"search":{"mode":"${mode}"}}`
}

function page(parts: Responding, paused: Paused): Answer {
  const { product, contexts, base } = parts
  const { type, texts, count, from } = paused
  const repeats = product.repeatsOnPages && from > 0 ? 1 : 0
  const shown = texts.slice(from - repeats, from + count)
  const next = from + count
  const links = [{ relation: 'self', url: `${base}/${type}` }]
  if (next < texts.length) {
    const context = randomUUID()
    contexts.set(context, { type, texts, count, from: next })
    links.push({ relation: 'next', url: product.nextLink(base, type, context) })
  }
  return {
    status: 200,
    body: `{"resourceType":"Bundle","id":"${randomUUID()}","type":"searchset","link":${JSON.stringify(links)},"entry":[${shown.join(',')}]}`,
  }
}
