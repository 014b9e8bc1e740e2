import { Problem } from '../../fhir/problem.ts'
import type { CompletenessIssue, ResourceKey } from '../../fhir/record-system.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import { isOpenType } from '../../fhir/resource-type.ts'
import type { AskServer, Pages } from './ask-server.ts'
import { type FetchedResource, finish } from './finish.ts'
import type { IdIndex } from './id-index.ts'
import type { Accompanied, TypeRules } from './product-rules.ts'
import type { FhirServerProfile } from './profile.ts'

/** What was got, and what wasn't. */
export interface Fetched {
  readonly resources: readonly FetchedResource[]
  readonly issues: readonly CompletenessIssue[]
}

/** A server's records as ours. */
export interface RecordSource {
  /** All of a type in one patient's record, narrowed by what the product answers as the standard says. */
  ofPatient(type: ResourceType, patient: string, narrowed: URLSearchParams): Promise<Fetched>
  /** What a question to the product gives, whoever it belongs to. */
  asked(type: ResourceType, parameters: URLSearchParams): Promise<Fetched>
  /** `undefined` if it isn't there. Throws Problem `transient` if that can't be told. */
  byKey(key: ResourceKey, patient?: string): Promise<FetchedResource | undefined>
  /** What was remembered no longer holds: something was written. */
  forget(): void
}

export interface RecordSourceParts {
  readonly profile: FhirServerProfile
  readonly server: AskServer
  readonly ids: IdIndex
  readonly now: () => number
}

const MOST_KEPT = 500
/** Milliseconds that others join a question under way; then they ask anew, as it may be a connection that hangs. */
const SHARED = 300

export function createRecordSource(parts: RecordSourceParts): RecordSource {
  const { profile, now } = parts
  const kept = new Map<string, { readonly answer: Promise<Fetched>; until: number }>()

  /** Who asks the same as it's being asked gets the same answer, and for a moment after, if it was whole. */
  function once(key: string, ask: () => Promise<Fetched>): Promise<Fetched> {
    const there = kept.get(key)
    if (there && there.until > now()) return there.answer
    const answer = ask()
    const entry = { answer, until: now() + SHARED }
    kept.delete(key)
    kept.set(key, entry)
    const forget = () => {
      if (kept.get(key) === entry) kept.delete(key)
    }
    answer.then(({ issues }) => {
      if (issues.length > 0) forget()
      entry.until = now() + profile.freshness
    }, forget)
    for (const oldest of kept.keys()) {
      if (kept.size <= MOST_KEPT) break
      kept.delete(oldest)
    }
    return answer
  }

  return {
    ofPatient: (type, patient, narrowed) =>
      once(`${type}?${patient}&${narrowed}`, () => ofPatient(parts, type, patient, narrowed)),
    asked: (type, parameters) =>
      once(`${type}?${parameters}`, () => asked(parts, type, parameters)),
    byKey: (key, patient) => byKey(parts, key, patient),
    forget: () => kept.clear(),
  }
}

function rulesOf({ profile }: RecordSourceParts, type: ResourceType): TypeRules {
  const rules = profile.product.types.get(type)
  if (!rules) throw new Problem('not-supported', `${profile.source} has no ${type}`)
  return rules
}

async function ofPatient(
  parts: RecordSourceParts,
  type: ResourceType,
  patient: string,
  narrowed: URLSearchParams,
): Promise<Fetched> {
  const rules = rulesOf(parts, type)
  if (rules.owner === undefined) return { resources: [], issues: [] }
  const value = rules.owner === 'subject' ? `Patient/${patient}` : patient
  const { resources, issues } = await asked(
    parts,
    type,
    new URLSearchParams([[rules.owner, value], ...narrowed]),
  )
  const own = resources.filter(({ stored }) => stored.origin.patient === patient)
  const others = resources.length - own.length
  const all = others > 0 ? [...issues, aboutOthers(parts, others)] : issues
  if (rules.byId === 'patient') {
    await parts.ids.remember(
      own.map(({ stored }) => stored.key),
      patient,
    )
  }
  return { resources: own, issues: all }
}

/** A source that answers about somebody else is not believed: it's said, and what it said is thrown away. */
function aboutOthers({ profile }: RecordSourceParts, count: number): CompletenessIssue {
  const message = `${profile.source}: ${count} answered about another patient and are not shown`
  return { source: profile.source, kind: 'partial', message }
}

async function asked(
  parts: RecordSourceParts,
  type: ResourceType,
  parameters: URLSearchParams,
): Promise<Fetched> {
  const rules = rulesOf(parts, type)
  const isAlone = parameters.has('_id') && parts.profile.product.tellsUnitByProvenance
  const wanted = new URLSearchParams(parameters)
  for (const [name, value] of Object.entries(rules.always)) {
    if (!isAlone || name === '_revinclude') wanted.set(name, value)
  }
  if (!isAlone) wanted.set('_count', String(rules.count))
  const pages = await parts.server.search(rules.sourceType ?? type, wanted)
  return toOurs(parts, type, pages)
}

/** How many of a page's documents are fetched at once. */
const AT_ONCE = 8

async function toOurs(
  parts: RecordSourceParts,
  type: ResourceType,
  { resources, issues }: Pages,
): Promise<Fetched> {
  const missing = { units: 0, unreadable: 0, unfetched: 0 }
  const ours: FetchedResource[] = []
  for (let from = 0; from < resources.length; from += AT_ONCE) {
    const some = await Promise.all(
      resources.slice(from, from + AT_ONCE).map((each) => toOne(parts, type, each)),
    )
    for (const each of some) {
      if (typeof each === 'string') missing[each]++
      else ours.push(each)
    }
  }
  return { resources: ours, issues: [...issues, ...issuesFor(parts, missing)] }
}

type Missing = 'units' | 'unreadable' | 'unfetched'

async function toOne(
  parts: RecordSourceParts,
  type: ResourceType,
  resource: Accompanied,
): Promise<FetchedResource | Missing> {
  const { profile, server } = parts
  const origin = originOf(parts, type, resource)
  if (!origin) return 'units'
  try {
    const bytes = await profile.product.toOurs(resource, async (url) => {
      const outcome = await server.send({ method: 'GET', path: url })
      if (outcome.kind === 'answer' && outcome.status === 200) return outcome.body
      throw new Problem('transient', `${profile.source} did not answer`)
    })
    return finish(bytes, origin, profile.url) ?? 'unreadable'
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown
    return thrown.code === 'transient' ? 'unfetched' : 'unreadable'
  }
}

function originOf({ profile }: RecordSourceParts, type: ResourceType, resource: Accompanied) {
  const { product, provider, units, unknownUnit } = profile
  if (type === 'Patient' || isOpenType(type)) return { unit: provider, provider }
  const unit = product.unitOf(resource)
  const known = units.find(({ hsaId }) => hsaId === unit)
  return known ? { unit: known.hsaId, provider: known.provider } : unknownUnit
}

function issuesFor(
  { profile: { source } }: RecordSourceParts,
  missing: Readonly<Record<Missing, number>>,
): CompletenessIssue[] {
  const issue = (count: number, what: string): CompletenessIssue[] =>
    count === 0 ? [] : [{ source, kind: 'partial', message: `${source}: ${count} ${what}` }]
  return [
    ...issue(missing.units, 'without a known care unit are not shown (PDL 4:4)'),
    ...issue(missing.unreadable, 'could not be read and are not shown'),
    ...issue(missing.unfetched, 'could not be fetched in whole and are not shown'),
  ]
}

async function byKey(
  parts: RecordSourceParts,
  { type, id }: ResourceKey,
  known: string | undefined,
): Promise<FetchedResource | undefined> {
  const rules = parts.profile.product.types.get(type)
  if (!rules) return undefined
  if (rules.byId === 'read') {
    const resource = await parts.server.read(rules.sourceType ?? type, id)
    if (!resource) return undefined
    const one = await toOurs(parts, type, { resources: [resource], issues: [] })
    return only(one, id)
  }
  if (rules.byId === '_id')
    return only(await asked(parts, type, new URLSearchParams({ _id: id })), id)
  const patient = known ?? (await parts.ids.patientOf({ type, id }))
  if (patient === undefined) return undefined
  return only(await ofPatient(parts, type, patient, new URLSearchParams()), id)
}

function only({ resources, issues }: Fetched, id: string): FetchedResource | undefined {
  const found = resources.find(({ stored }) => stored.key.id === id)
  const [issue] = issues
  if (found || !issue) return found
  throw new Problem('transient', `It cannot be told whether this is there: ${issue.message}`)
}
