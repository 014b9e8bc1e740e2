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

/**
 * Whose record a patient's is in the end, one link after another; who has been passed already ends it, as links may go in a circle.
 *
 * @param read another Patient; `undefined`: it can't be seen, and is taken to be the one who remains
 * @returns the ids that were passed, the one who remains last
 */
export async function survivorsAfter(
  patient: { readonly id: string; readonly bytes: Buffer },
  read: (id: string) => Promise<Buffer | undefined>,
): Promise<readonly string[]> {
  const passed = new Set([patient.id])
  let next = replacedBy(patient.bytes)
  while (next !== undefined && !passed.has(next)) {
    passed.add(next)
    const bytes = await read(next)
    next = bytes && replacedBy(bytes)
  }
  return [...passed]
}

/** {@link replacedBy} of a resource that has been read; `undefined` for what is no Patient. */
export function survivorOf(resource: FhirResource): string | undefined {
  if (resource.resourceType !== 'Patient' || resource.active !== false) return undefined
  const reference = resource.link?.find(({ type }) => type === 'replaced-by')?.other.reference
  return /^Patient\/([^/]+)$/.exec(reference ?? '')?.[1]
}
