import type { Patient } from 'fhir/r4'

/**
 * The id of the Patient that took the place of one who was given up; `undefined` for anybody else.
 *
 * https://hl7.org/fhir/R4/patient.html#links
 * @param bytes a Patient
 */
export function replacedBy(bytes: Buffer): string | undefined {
  const { active, link = [] } = JSON.parse(String(bytes)) as Patient
  if (active !== false) return undefined
  const reference = link.find(({ type }) => type === 'replaced-by')?.other.reference
  return /^Patient\/([^/]+)$/.exec(reference ?? '')?.[1]
}
