import type {
  CodeableConcept,
  FhirResource,
  Identifier,
  Organization,
  Practitioner,
  PractitionerRole,
  Reference,
} from 'fhir/r4'
import { labelsOf } from '../../fhir/label.ts'
import { Problem } from '../../fhir/problem.ts'
import type { CareUnit, Directory } from '../directory.ts'
import { PROFESSIONS, PURPOSES, UNIT_KINDS } from './directory-words.ts'
import type { DirectoryChanges, DirectoryEntry } from './stored-directory.ts'

/** A resource to read, with where it stands and what others may call it. */
export interface DirectoryResource {
  readonly name: string
  readonly resource: FhirResource
  readonly fullUrl: string | undefined
}

/** What is read together, and what is known from before. */
interface Reading {
  readonly region: string
  readonly known: Directory
  /** Organisations and people of the load, by every name they have: `Organization/1`, a fullUrl, an HSA-id. */
  readonly byName: ReadonlyMap<string, FhirResource>
}

type Removed = DirectoryChanges['removed'][number]

const HSA_ID = /^SE\d{10}-[A-Z0-9]{1,25}$/
const HSA_SYSTEM = /^urn:oid:1\.2\.752\.(29\.4\.19|129\.2\.1\.4\.1)$/
const CARE_PROCESS = 'https://karna.se/fhir/NamingSystem/care-process'
/** A unit further down than this in the organisation is in a circle. */
const DEEPEST = 12

/**
 * The directory's entries from FHIR: an Organization that is part of nothing is a care provider, any other a care unit; a
 * Practitioner is a member of staff; a PractitionerRole a commission (medarbetaruppdrag). What isn't `active` goes,
 * whatever else is said of it. See docs/operations.md. Entries that can't be taken are named with why; the rest are taken. Of
 * several with one HSA-id the first that can be taken holds.
 */
export function readDirectory(
  resources: readonly DirectoryResource[],
  region: string,
  known: Directory,
): DirectoryChanges {
  const byName = new Map(resources.toReversed().flatMap((each) => namesOf(each)))
  const reading: Reading = { region, known, byName }
  const entries: DirectoryEntry[] = []
  const removed: Removed[] = []
  const rejections: DirectoryChanges['rejections'][number][] = []
  const taken = new Map<string, string>()
  for (const { name, resource } of resources) {
    try {
      const gone = goneIn(resource, reading)
      if (gone) {
        requireFirst(taken, gone, name)
        removed.push(gone)
        continue
      }
      const entry = entryOf(resource, reading)
      requireFirst(taken, { kind: entry.kind, hsa_id: entry.value.hsaId }, name)
      entries.push(entry)
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown
      rejections.push({ name, reason: thrown.message })
    }
  }
  return { entries, removed, rejections }
}

/** A care provider may be a care unit too, under the same HSA-id. */
function requireFirst(taken: Map<string, string>, { kind, hsa_id }: Removed, name: string): void {
  const key = `${kind} ${hsa_id}`
  const before = taken.get(key)
  if (before !== undefined) throw unfit(`${before} in the same load has the HSA-id, and holds`)
  taken.set(key, name)
}

/** What is to be taken away, for which nothing need be known but what it is; `undefined` for what stays. */
function goneIn(resource: FhirResource, reading: Reading): Removed | undefined {
  if (!('active' in resource) || resource.active !== false) return undefined
  switch (resource.resourceType) {
    case 'Organization': {
      const hsaId = ownHsaId(resource, reading)
      return { kind: kindBefore(hsaId, resource, reading), hsa_id: hsaId }
    }
    case 'Practitioner':
      return { kind: 'person', hsa_id: neededHsaId(resource.identifier) }
    case 'PractitionerRole': {
      const hsaId = neededHsaId(resource.identifier)
      if (isElsewhere(unitBefore(hsaId, reading), reading)) throw unfit('It is another region’s')
      return { kind: 'commission', hsa_id: hsaId }
    }
    default:
      return undefined
  }
}

/** What an organisation has been until now, and of one that isn't known what it says that it is. */
function kindBefore(
  hsaId: string,
  { partOf }: Organization,
  { known }: Reading,
): 'unit' | 'provider' {
  if (known.units.some((each) => each.hsaId === hsaId)) return 'unit'
  const isProvider = known.providers.some((each) => each.hsaId === hsaId)
  return partOf && !isProvider ? 'unit' : 'provider'
}

/** Where a commission has been until now. */
const unitBefore = (hsaId: string, { known }: Reading) =>
  known.staff.flatMap(({ commissions }) => commissions).find((each) => each.hsaId === hsaId)?.unit

function namesOf({ resource, fullUrl }: DirectoryResource): [string, FhirResource][] {
  const { resourceType, id } = resource
  const hsaId = 'identifier' in resource ? hsaIdIn(asList(resource.identifier)) : undefined
  const names = [id && `${resourceType}/${id}`, fullUrl, hsaId]
  return names.flatMap((name): [string, FhirResource][] => (name ? [[name, resource]] : []))
}

function entryOf(resource: FhirResource, reading: Reading): DirectoryEntry {
  switch (resource.resourceType) {
    case 'Organization':
      return organizationOf(resource, reading)
    case 'Practitioner':
      return personOf(resource)
    case 'PractitionerRole':
      return commissionOf(resource, reading)
    default:
      throw unfit('Only Organization, Practitioner and PractitionerRole are in the directory')
  }
}

function organizationOf(organization: Organization, reading: Reading): DirectoryEntry {
  const { region } = reading
  const hsaId = ownHsaId(organization, reading)
  const name = needed(organization.name, 'name')
  if (!organization.partOf) return { kind: 'provider', value: { hsaId, name, region } }
  const { provider, site } = placeOf(organization.partOf, reading, DEEPEST)
  return {
    kind: 'unit',
    value: { hsaId, name, provider, region, site, kind: kindOf(organization) },
  }
}

/** Whose a unit is: the care provider at the end of `partOf`; and where: what it is part of at once. */
function placeOf(
  partOf: Reference,
  reading: Reading,
  deepest: number,
): Pick<CareUnit, 'provider' | 'site'> {
  const found = target(partOf, reading)
  if (found?.resourceType === 'Organization') {
    const site = needed(found.name, 'name of what it is part of')
    if (!found.partOf) return { provider: ownHsaId(found, reading), site }
    if (deepest === 0) throw unfit('partOf leads to no care provider')
    return { provider: placeOf(found.partOf, reading, deepest - 1).provider, site }
  }
  const hsaId = partOf.identifier?.value
  const own = (each: { hsaId: string; region: string }) =>
    each.hsaId === hsaId && each.region === reading.region
  const unit = reading.known.units.find(own)
  if (unit) return { provider: unit.provider, site: unit.name }
  const provider = reading.known.providers.find(own)
  if (!provider) throw unfit('partOf is neither in the load nor in the directory')
  return { provider: provider.hsaId, site: provider.name }
}

/** @throws Problem `invalid` for an organisation that is another region's, whatever a load calls it */
function ownHsaId({ identifier }: Organization, { region, known }: Reading): string {
  const hsaId = neededHsaId(identifier)
  const before = [...known.units, ...known.providers].find((each) => each.hsaId === hsaId)
  if (before && before.region !== region) throw unfit('It is another region’s')
  return hsaId
}

function kindOf({ type = [] }: Organization): CareUnit['kind'] {
  return type.flatMap(wordsIn).flatMap((word) => UNIT_KINDS.get(word) ?? [])[0] ?? 'outpatient'
}

function personOf(practitioner: Practitioner): DirectoryEntry {
  const { identifier, name: [name] = [], qualification = [] } = practitioner
  const hsaId = neededHsaId(identifier)
  const words = qualification.flatMap(({ code }) => wordsIn(code))
  const profession = words.flatMap((word) => PROFESSIONS.get(word) ?? [])[0]
  if (!profession) throw unfit('qualification has no profession that is known here')
  const isProtected = labelsOf(practitioner).includes('protected-identity')
  return {
    kind: 'person',
    value: {
      hsaId,
      givenName: isProtected ? '' : needed(name?.given?.join(' '), 'given name'),
      familyName: isProtected ? '' : needed(name?.family, 'family name'),
      title: qualification.find(({ code }) => code.text)?.code.text ?? '',
      profession,
      ...(isProtected && { protectedPerson: true }),
    },
  }
}

function commissionOf(role: PractitionerRole, reading: Reading): DirectoryEntry {
  const { identifier, practitioner, organization, code = [] } = role
  const hsaId = neededHsaId(identifier)
  const purpose = code.flatMap(wordsIn).flatMap((word) => PURPOSES.get(word) ?? [])[0]
  if (!purpose) throw unfit('code has no purpose that opens records')
  const process = code
    .flatMap(({ coding = [] }) => coding)
    .find(({ system }) => system === CARE_PROCESS)?.code
  const person = hsaIdOf(practitioner, reading, 'practitioner', reading.known.staff)
  const unit = hsaIdOf(organization, reading, 'organization', reading.known.units)
  if (isProvider(organization, reading)) throw unfit('organization is a care provider, not a unit')
  if ([unit, unitBefore(hsaId, reading)].some((each) => isElsewhere(each, reading))) {
    throw unfit('It is another region’s')
  }
  return {
    kind: 'commission',
    value: {
      hsaId,
      person,
      name: code.find(({ text }) => text)?.text ?? hsaId,
      unit,
      purpose,
      ...(process !== undefined && { process }),
    },
  }
}

const isElsewhere = (unit: string | undefined, { region, known }: Reading): boolean =>
  known.units.some((each) => each.hsaId === unit && each.region !== region)

function isProvider(organization: Reference | undefined, reading: Reading): boolean {
  const found = organization && target(organization, reading)
  return found?.resourceType === 'Organization' && !found.partOf
}

/** The HSA-id of what is referred to: in the load, or in the directory since before. */
function hsaIdOf(
  reference: Reference | undefined,
  reading: Reading,
  element: string,
  known: readonly { readonly hsaId: string }[],
): string {
  const found = reference && target(reference, reading)
  if (found && 'identifier' in found) return neededHsaId(asList(found.identifier))
  const hsaId = reference?.identifier?.value
  if (known.some((each) => each.hsaId === hsaId)) return hsaId ?? ''
  throw unfit(`${element} is neither in the load nor in the directory`)
}

const target = ({ reference, identifier }: Reference, { byName }: Reading) =>
  byName.get(reference ?? '') ?? byName.get(identifier?.value ?? '')

const asList = (identifier: Identifier | readonly Identifier[] | undefined) =>
  identifier === undefined ? [] : [identifier].flat()

function hsaIdIn(identifiers: readonly Identifier[] | undefined): string | undefined {
  return identifiers?.find(({ system }) => HSA_SYSTEM.test(system ?? ''))?.value
}

function neededHsaId(identifiers: readonly Identifier[] | undefined): string {
  const found = hsaIdIn(identifiers)
  if (found === undefined || !HSA_ID.test(found)) throw unfit('identifier has no HSA-id')
  return found
}

function needed(text: string | undefined, element: string): string {
  if (typeof text !== 'string' || text.trim() === '') throw unfit(`It has no ${element}`)
  return text.trim()
}

const wordsIn = ({ coding = [], text }: CodeableConcept): string[] =>
  [...coding.map(({ code }) => code), text].flatMap((word) => word ?? [])

const unfit = (reason: string) => new Problem('invalid', reason)
