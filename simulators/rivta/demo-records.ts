import type {
  FhirResource,
  Identifier,
  Organization,
  Patient,
  Practitioner,
  Reference,
} from 'fhir/r4'

const HSA_ID = 'urn:oid:1.2.752.29.4.19'
const NUMBERS = new Set(['urn:oid:1.2.752.129.2.1.3.1', 'urn:oid:1.2.752.129.2.1.3.3'])

/** A unit or provider, by HSA-id. */
export interface DemoUnit {
  readonly hsaId: string
  readonly name: string
}

export interface DemoPerson {
  readonly hsaId: string | undefined
  readonly name: string | undefined
  readonly title: string | undefined
}

/** A region's demo records as a legacy product holds them: by personnummer, with units and staff at hand. */
export interface DemoRecords {
  /** Everything about a patient, but for the Patient itself. */
  of(number: string): readonly FhirResource[]
  readonly patients: readonly Patient[]
  patientOf(number: string): Patient | undefined
  /** The unit whose record it is, by `meta.source`. */
  unitOf(resource: FhirResource): DemoUnit | undefined
  providerOf(resource: FhirResource): DemoUnit | undefined
  personOf(reference: Reference | undefined): DemoPerson | undefined
  organizationOf(reference: Reference | undefined): DemoUnit | undefined
  /** A resource of the region by `Type/id`. */
  find(reference: string | undefined): FhirResource | undefined
  readonly units: readonly (DemoUnit & { readonly provider: string })[]
  readonly providers: readonly DemoUnit[]
}

/** Reads resources of the shapes that docs/demo-data.md tells. */
export function readDemoRecords(resources: Iterable<FhirResource>): DemoRecords {
  const all = new Map<string, FhirResource>()
  for (const resource of resources) all.set(`${resource.resourceType}/${resource.id}`, resource)
  const patients = [...all.values()].filter((each) => each.resourceType === 'Patient')
  const numbers = new Map(patients.map((patient) => [`Patient/${patient.id}`, numberOf(patient)]))
  const byNumber = new Map<string, FhirResource[]>()
  for (const resource of all.values()) {
    const number = numbers.get(ownerOf(resource) ?? '')
    if (number === undefined) continue
    byNumber.set(number, [...(byNumber.get(number) ?? []), resource])
  }
  const organizations = [...all.values()].filter((each) => each.resourceType === 'Organization')
  const byHsaId = new Map(organizations.map((each) => [hsaIdOf(each.identifier), each]))
  const find = (reference: string | undefined) => all.get(reference ?? '')
  const unitOf = (resource: FhirResource) =>
    toUnit(byHsaId.get(resource.meta?.source?.split('#')[1]))
  const providerOf = (resource: FhirResource) => {
    const unit = byHsaId.get(resource.meta?.source?.split('#')[1])
    return toUnit(unit && (find(unit.partOf?.reference) ?? unit))
  }
  return {
    patients,
    of: (number) => byNumber.get(number) ?? [],
    patientOf: (number) => patients.find((patient) => numberOf(patient) === number),
    unitOf,
    providerOf,
    find,
    personOf: (reference) => toPerson(reference, find(reference?.reference)),
    organizationOf: (reference) => toUnit(find(reference?.reference)),
    units: organizations.flatMap((each) => {
      const unit = toUnit(each)
      const provider = toUnit(find(each.partOf?.reference))
      return unit && provider ? [{ ...unit, provider: provider.hsaId }] : []
    }),
    providers: organizations.flatMap((each) => (each.partOf ? [] : (toUnit(each) ?? []))),
  }
}

/** The personnummer or samordningsnummer of a patient, twelve digits. */
export function numberOf(patient: Patient): string | undefined {
  return patient.identifier?.find(({ system }) => NUMBERS.has(system ?? ''))?.value
}

function ownerOf(resource: FhirResource): string | undefined {
  if ('subject' in resource && resource.subject && 'reference' in resource.subject) {
    return resource.subject.reference
  }
  return 'patient' in resource && resource.patient && 'reference' in resource.patient
    ? resource.patient.reference
    : undefined
}

function hsaIdOf(identifiers: readonly Identifier[] | undefined): string | undefined {
  return identifiers?.find(({ system }) => system === HSA_ID)?.value
}

function toUnit(resource: FhirResource | undefined): DemoUnit | undefined {
  if (resource?.resourceType !== 'Organization') return undefined
  const { identifier, name = '' }: Organization = resource
  const hsaId = hsaIdOf(identifier)
  return hsaId === undefined ? undefined : { hsaId, name }
}

function toPerson(
  reference: Reference | undefined,
  resource: FhirResource | undefined,
): DemoPerson | undefined {
  if (!reference) return undefined
  if (resource?.resourceType !== 'Practitioner') {
    return { hsaId: undefined, name: reference.display, title: undefined }
  }
  const { identifier, name, qualification }: Practitioner = resource
  const [first] = name ?? []
  const full = first?.text ?? [...(first?.given ?? []), first?.family ?? ''].join(' ').trim()
  return {
    hsaId: hsaIdOf(identifier),
    name: full || reference.display,
    title: qualification?.[0]?.code.text,
  }
}
