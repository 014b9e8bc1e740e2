import { isDeepStrictEqual } from 'node:util'
import { membersOf, skipSpace, textAt } from '../../fhir/json/cursor.ts'
import { labelsOf } from '../../fhir/label.ts'
import { Problem } from '../../fhir/problem.ts'
import type {
  Author,
  Change,
  ChangeResult,
  ResourceKey,
  StoredResource,
} from '../../fhir/record-system.ts'
import { clinicalPeriodOf } from '../../fhir/search/clinical-period.ts'
import { indexResource } from '../../fhir/search/indexed-resource.ts'
import { patientOf } from '../../fhir/search/patient-of.ts'
import { covers } from '../../fhir/sight.ts'
import type { ValidResource } from '../../fhir/validation/valid-resource.ts'
import type { AskServer, ServerRequest } from './ask-server.ts'
import type { HttpOutcome } from './http-client.ts'
import type { ProductRules } from './product-rules.ts'
import type { FhirServerProfile } from './profile.ts'
import type { RecordSource } from './record-source.ts'

/** What changes are written with. */
export interface WriteParts {
  readonly profile: FhirServerProfile
  readonly server: AskServer
  readonly source: RecordSource
}

/** Why a product wouldn't take a change; `undefined`: it would, as far as is known. */
export function objectionTo(product: ProductRules, change: Change): string | undefined {
  const type = change.kind === 'update' ? change.key.type : change.type
  const rules = product.types.get(type)?.write
  if (!rules) return `${product.name} takes no ${type}`
  if (change.kind === 'delete') return `${product.name} deletes nothing over FHIR`
  if (change.kind === 'conditional-update') return `${product.name} knows no conditions`
  if (change.kind === 'create' && (!rules.create || change.ifNoneExist)) {
    return `${product.name} does not create a ${type} this way`
  }
  if (change.kind !== 'create' && !rules.update) return `${product.name} does not change a ${type}`
  if (change.kind === 'patch') {
    return typeof change.target === 'string' ? undefined : `${product.name} knows no conditions`
  }
  const names = Object.keys(change.resource.value).map((name) => name.replace(/^_/, ''))
  const { elements } = rules
  const unknown = elements && names.find((name) => !elements.has(name))
  return unknown ? `${product.name} has no place for ${type}.${unknown}` : product.objection(change)
}

/**
 * Writes one change natively and reads it back: what the source then says is what is answered.
 *
 * @throws Problem `conflict` for a stale version, `business-rule` for what the source refuses or keeps otherwise than it
 *   was sent, `transient` when it can't be told what became of it
 */
export async function writeChange(
  parts: WriteParts,
  change: Change,
  author: Author,
): Promise<ChangeResult> {
  const objection = objectionTo(parts.profile.product, change)
  if (objection) throw new Problem('not-supported', objection)
  switch (change.kind) {
    case 'create':
      return create(parts, change.resource, author)
    case 'update':
      return update(parts, change.key, change.ifMatch, () => change.resource, author)
    case 'patch':
      return update(
        parts,
        { type: change.type, id: String(change.target) },
        change.ifMatch,
        change.apply,
        author,
      )
    default:
      throw new Problem('not-supported', `${parts.profile.source} does not take this`)
  }
}

async function create(
  parts: WriteParts,
  resource: ValidResource,
  author: Author,
): Promise<ChangeResult> {
  const { profile, server } = parts
  const { type } = resource
  requireOwn(resource, author)
  const outcome = await send(parts, {
    method: 'POST',
    path: type,
    body: profile.product.toTheirs(resource.bytes, author.unit),
    contentType: 'application/fhir+json',
  })
  const id = /\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/.*)?$/.exec(
    outcome.headers.location ?? '',
  )?.[1]
  if (id === undefined) throw new Problem('transient', `${profile.source} does not say where it is`)
  if (profile.product.tellsUnitByProvenance)
    await tellUnit(server, profile, `${type}/${id}`, author)
  return { outcome: 'created', resource: await readBack(parts, resource, id) }
}

/** A resource may not be put where its author can't see it: in another patient's record, for one. */
function requireOwn(resource: ValidResource, author: Author): void {
  const { type, value } = resource
  const { sight, unit, provider, process } = author
  const origin = { type, patient: patientOf(value), unit, provider, process }
  const whole = { ...origin, labels: labelsOf(value), ...clinicalPeriodOf(value) }
  if (covers(sight, whole, () => indexResource({ ...value, id: value.id ?? 'new' }))) return
  throw new Problem('forbidden', 'The resource would belong to a record that you have no right to')
}

async function tellUnit(
  server: AskServer,
  profile: FhirServerProfile,
  target: string,
  { unit }: Author,
): Promise<void> {
  const provenance = {
    resourceType: 'Provenance',
    target: [{ reference: target }],
    recorded: new Date().toISOString(),
    agent: [
      {
        type: {
          coding: [
            {
              system: 'http://terminology.hl7.org/CodeSystem/provenance-participant-type',
              code: 'custodian',
            },
          ],
        },
        who: {
          type: 'Organization',
          identifier: { system: 'urn:oid:1.2.752.29.4.19', value: unit },
        },
      },
    ],
  }
  const outcome = await server.send({
    method: 'POST',
    path: 'Provenance',
    body: Buffer.from(JSON.stringify(provenance)),
    contentType: 'application/fhir+json',
  })
  if (outcome.kind === 'answer' && outcome.status === 201) return
  throw new Problem('transient', `${profile.source} saved it, but not whose it is`)
}

async function update(
  parts: WriteParts,
  key: ResourceKey,
  ifMatch: string | undefined,
  next: (current: StoredResource) => ValidResource,
  author: Author,
): Promise<ChangeResult> {
  const { product } = parts.profile
  const found = await parts.source.byKey(key)
  const there = found?.stored
  if (!there || !covers(author.sight, there.origin, () => found.indexed)) {
    throw new Problem('not-found', 'The resource is not there to be seen')
  }
  if (ifMatch !== undefined && ifMatch !== there.version) throw stale()
  const resource = next(there)
  requireOwn(resource, author)
  const isPatch = product.types.get(key.type)?.write?.update === 'json-patch'
  await send(parts, {
    method: isPatch ? 'PATCH' : 'PUT',
    path: `${key.type}/${key.id}`,
    body: isPatch
      ? patchFor(there.bytes, resource.bytes)
      : product.toTheirs(resource.bytes, there.origin.unit),
    contentType: isPatch ? 'application/json-patch+json' : 'application/fhir+json',
    ifMatch: there.version,
  })
  return { outcome: 'updated', resource: await readBack(parts, resource, key.id) }
}

/** A JSON Patch of whole elements, in the bytes they were written in. https://www.rfc-editor.org/rfc/rfc6902 */
function patchFor(before: Buffer, after: Buffer): Buffer {
  const [old, wanted] = [elementsOf(before), elementsOf(after)]
  const operations: string[] = []
  for (const [name, text] of wanted) {
    const there = old.get(name)
    if (there === text) continue
    const op = there === undefined ? 'add' : 'replace'
    operations.push(`{"op":"${op}","path":"/${name}","value":${text}}`)
  }
  for (const name of old.keys()) {
    if (!wanted.has(name)) operations.push(`{"op":"remove","path":"/${name}"}`)
  }
  return Buffer.from(`[${operations.join(',')}]`)
}

/** The top-level elements that clinicians write, by name, as text. */
function elementsOf(bytes: Buffer): Map<string, string> {
  const found = new Map<string, string>()
  for (const { keyStart, keyEnd, start, end } of membersOf(bytes, skipSpace(bytes, 0))) {
    const name = textAt(bytes, keyStart, keyEnd)
    if (!SERVERS_OWN.has(name)) found.set(name, bytes.toString('utf8', start, end))
  }
  return found
}

const SERVERS_OWN = new Set(['resourceType', 'id', 'meta', 'extension'])

async function readBack(
  { source, profile }: WriteParts,
  sent: ValidResource,
  id: string,
): Promise<StoredResource> {
  source.forget()
  const kept = (await source.byKey({ type: sent.type, id }, patientOf(sent.value)))?.stored
  if (!kept) throw new Problem('transient', `${profile.source} does not show what it took`)
  const name = differing(sent.bytes, kept.bytes)
  if (name === undefined) return kept
  throw new Problem('business-rule', `${profile.source} kept another ${name} than was sent`, {
    expression: `${sent.type}.${name}`,
  })
}

/** The first element that is kept otherwise than it was sent. */
function differing(sent: Buffer, kept: Buffer): string | undefined {
  const found = elementsOf(kept)
  const [first] = [...elementsOf(sent)].find(
    ([name, text]) => !isDeepStrictEqual(JSON.parse(found.get(name) ?? 'null'), JSON.parse(text)),
  ) ?? [undefined]
  return first
}

/**
 * The resources of the source that have all that one has, and changed last at or after a time.
 * @throws Problem `transient` when the source doesn't answer in full
 */
export async function findSame(
  { source, profile }: WriteParts,
  resource: ValidResource,
  since: number,
): Promise<readonly ResourceKey[]> {
  const patient = patientOf(resource.value)
  if (patient === undefined) return []
  source.forget()
  const { resources, issues } = await source.ofPatient(
    resource.type,
    patient,
    new URLSearchParams(),
  )
  if (issues.length > 0) throw new Problem('transient', `${profile.source} did not answer in full`)
  return resources
    .filter(({ stored }) => Date.parse(stored.lastUpdated) >= since)
    .filter(({ stored }) => differing(resource.bytes, stored.bytes) === undefined)
    .map(({ stored }) => stored.key)
}

type Answered = Extract<HttpOutcome, { kind: 'answer' }>

async function send({ server, profile }: WriteParts, request: ServerRequest): Promise<Answered> {
  const outcome = await server.send(request)
  if (outcome.kind !== 'answer' || outcome.status >= 500) {
    throw new Problem('transient', `${profile.source} did not say what became of it`)
  }
  const { status } = outcome
  if (status < 300) return outcome
  if (status === 409 || status === 412) throw stale()
  const expression = expressionIn(outcome.body)
  throw new Problem(
    status === 422 ? 'business-rule' : 'not-supported',
    `${profile.source} does not take it (${status})`,
    { ...(expression && { expression }) },
  )
}

const stale = () =>
  new Problem(
    'conflict',
    'The resource has another version than the one in If-Match. Read it again.',
  )

/** Where the source says that it is wrong; its words may hold what was typed, and aren't passed on. */
function expressionIn(body: Buffer): string | undefined {
  const expression = /"expression"\s*:\s*\[\s*"([A-Za-z0-9.[\]]{1,100})"/.exec(String(body))?.[1]
  return expression
}
