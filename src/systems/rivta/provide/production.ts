import type { FhirResource, Identifier, Practitioner, PractitionerRole, Reference } from 'fhir/r4'
import { HSA_ID } from '../mapping/code-systems.ts'
import type { PatientNumber } from '../sealed-id.ts'

/** A unit or provider, by HSA-id. */
export interface NamedUnit {
  readonly hsaId: string
  readonly name: string
}

export interface NamedPerson {
  readonly hsaId: string | undefined
  readonly name: string | undefined
  /** What they work as, in words. */
  readonly title: string | undefined
}

/** What an answer is made of: whose data, where from, and the ways of the system that answers. */
export interface Production {
  readonly patient: PatientNumber
  /** Everything of a type about the patient that is answered with. */
  of<Type extends FhirResource['resourceType']>(
    type: Type,
  ): readonly Extract<FhirResource, { resourceType: Type }>[]
  /** What a reference leads to, `Type/id`; `undefined` where that isn't at hand. */
  find(reference: string | undefined): FhirResource | undefined
  /** The care unit whose record it is; `undefined` where it's left out. */
  unitOf(resource: FhirResource): NamedUnit | undefined
  providerOf(resource: FhirResource): NamedUnit | undefined
  /** HSA-id of the system it was made in. */
  madeIn(resource: FhirResource): string
  /** Whether it goes out without the HSA-ids of care unit and provider, as from some systems. */
  lacksOrigin(resource: FhirResource): boolean
  /** The local id of a keyword (sökord), where the system has one. */
  termId(word: string): string | undefined
  /** How a note's keywords travel: as DocBook, or as headings in the text. */
  readonly notes: 'docbook' | 'text'
}

/** One record on its way out. */
export interface Outgoing {
  readonly resource: FhirResource
  readonly author: NamedPerson | undefined
  /** FHIR dateTimes. */
  readonly authored: string
  readonly documentTime?: string | undefined
  readonly title?: string | undefined
  readonly signed?: { readonly time: string; readonly by: NamedPerson | undefined } | undefined
  readonly encounter?: Reference | undefined
  readonly nullified?: boolean | undefined
}

/** One item of an answer, with what requests are narrowed by. */
export interface Produced<Content> {
  readonly resource: FhirResource
  /** When it is from, as a FHIR dateTime. */
  readonly at: string
  /** The care contact it belongs to, by its own id. */
  readonly contact?: string | undefined
  readonly content: Content
}

/** The encounter's id is the care contact's. */
export function contactIdOf(encounter: Reference | undefined): string | undefined {
  return /^Encounter\/([^/]+)$/.exec(encounter?.reference ?? '')?.[1]
}

/** Who a reference names: a Practitioner or a role at hand, or what it says itself. */
export function personOf(
  reference: Reference | undefined,
  { find }: Pick<Production, 'find'>,
): NamedPerson | undefined {
  if (!reference) return undefined
  const own = {
    hsaId: hsaIdOf(reference.identifier ? [reference.identifier] : undefined),
    name: reference.display,
    title: undefined,
  }
  const found = find(reference.reference)
  if (found?.resourceType === 'Practitioner') return fromPractitioner(found, own)
  if (found?.resourceType !== 'PractitionerRole') return own
  const { practitioner, code }: PractitionerRole = found
  const person = personOf(practitioner, { find })
  const title = code?.[0]?.text ?? code?.[0]?.coding?.[0]?.display
  return {
    hsaId: person?.hsaId ?? own.hsaId,
    name: person?.name ?? own.name,
    title: title ?? person?.title,
  }
}

function fromPractitioner(
  { identifier, name, qualification }: Practitioner,
  own: NamedPerson,
): NamedPerson {
  const [first] = name ?? []
  const full = first?.text ?? [...(first?.given ?? []), first?.family ?? ''].join(' ').trim()
  return {
    hsaId: hsaIdOf(identifier) ?? own.hsaId,
    name: full || own.name,
    title: qualification?.[0]?.code.text,
  }
}

/** The unit that a reference names; `undefined` for one whose HSA-id isn't known. */
export function organizationOf(
  reference: Reference | undefined,
  { find }: Pick<Production, 'find'>,
): NamedUnit | undefined {
  if (!reference) return undefined
  const found = find(reference.reference)
  if (found?.resourceType === 'Organization') return unitIn(found)
  const hsaId = hsaIdOf(reference.identifier ? [reference.identifier] : undefined)
  return hsaId === undefined ? undefined : { hsaId, name: reference.display ?? hsaId }
}

/** An Organization by its HSA-id; `undefined` for one without. */
export function unitIn(resource: FhirResource | undefined): NamedUnit | undefined {
  if (resource?.resourceType !== 'Organization') return undefined
  const hsaId = hsaIdOf(resource.identifier)
  return hsaId === undefined ? undefined : { hsaId, name: resource.name ?? hsaId }
}

/** Both ways of saying HSA-id are in use. */
export function hsaIdOf(identifiers: readonly Identifier[] | undefined): string | undefined {
  return identifiers?.find(({ system }) => system === HSA_ID || system === RIVTA_HSA_ID)?.value
}

const RIVTA_HSA_ID = 'urn:oid:1.2.752.129.2.1.4.1'

/** Who is responsible where the record names nobody: whoever was responsible for its encounter. */
export function responsible(
  production: Production,
  named: Reference | undefined,
  encounter: Reference | undefined,
): NamedPerson | undefined {
  if (named) return personOf(named, production)
  const found = production.find(encounter?.reference)
  if (found?.resourceType !== 'Encounter') return undefined
  return personOf(found.participant?.[0]?.individual, production)
}
