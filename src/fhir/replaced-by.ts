import type { FhirResource } from 'fhir/r4'

/**
 * The id of the Patient that took the place of one who was given up; `undefined` for anybody else.
 *
 * https://hl7.org/fhir/R4/patient.html#links
 * @param bytes a Patient
 */
export function replacedBy(bytes: Buffer): string | undefined {
  return survivorOf(JSON.parse(String(bytes)) as FhirResource)
}

/** The same of a resource that has been read; `undefined` for what is no Patient. */
export function survivorOf(resource: FhirResource): string | undefined {
  if (resource.resourceType !== 'Patient' || resource.active !== false) return undefined
  const reference = resource.link?.find(({ type }) => type === 'replaced-by')?.other.reference
  return /^Patient\/([^/]+)$/.exec(reference ?? '')?.[1]
}
