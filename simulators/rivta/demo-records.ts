import type { FhirResource, Patient } from 'fhir/r4'
import { hsaIdOf, type NamedUnit, unitIn } from '../../src/systems/rivta/provide/production.ts'

const NUMBERS = new Set(['urn:oid:1.2.752.129.2.1.3.1', 'urn:oid:1.2.752.129.2.1.3.3'])

/** A region's demo records as a legacy product holds them: by personnummer, with units and staff at hand. */
export interface DemoRecords {
  /** Everything about a patient, but for the Patient itself. */
  of(number: string): readonly FhirResource[]
  readonly patients: readonly Patient[]
  patientOf(number: string): Patient | undefined
  /** The unit whose record it is, by `meta.source`. */
  unitOf(resource: FhirResource): NamedUnit | undefined
  providerOf(resource: FhirResource): NamedUnit | undefined
  /** A resource of the region by `Type/id`. */
  find(reference: string | undefined): FhirResource | undefined
  readonly units: readonly (NamedUnit & { readonly provider: string })[]
  readonly providers: readonly NamedUnit[]
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
    unitIn(byHsaId.get(resource.meta?.source?.split('#')[1]))
  const providerOf = (resource: FhirResource) => {
    const unit = byHsaId.get(resource.meta?.source?.split('#')[1])
    return unitIn(unit && (find(unit.partOf?.reference) ?? unit))
  }
  return {
    patients,
    of: (number) => byNumber.get(number) ?? [],
    patientOf: (number) => patients.find((patient) => numberOf(patient) === number),
    unitOf,
    providerOf,
    find,
    units: organizations.flatMap((each) => {
      const unit = unitIn(each)
      const provider = unitIn(find(each.partOf?.reference))
      return unit && provider ? [{ ...unit, provider: provider.hsaId }] : []
    }),
    providers: organizations.flatMap((each) => (each.partOf ? [] : (unitIn(each) ?? []))),
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
