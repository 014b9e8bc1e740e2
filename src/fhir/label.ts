import type { Coding, FhirResource } from 'fhir/r4'

/**
 * What the law needs to know of a resource before anybody opens it:
 * - `protected-identity`: who and where this is must not be told (sekretessmarkering, skyddad folkbokföring; OSL 22:1).
 * - `insurance-medicine`: from an insurance medicine investigation; closed to other units (PDL 4:2 second paragraph).
 * - `block`: the Consent that says what a patient has closed. It tells which unit, so it stays where it was written.
 * - `not-for-patient`: may not be given to the patient (OSL 25:6; `approvedForPatient` of the service contracts).
 * - `not-for-guardian`: may not be given to a minor's guardian (OSL 12:3).
 */
export type Label =
  | 'protected-identity'
  | 'insurance-medicine'
  | 'block'
  | 'not-for-patient'
  | 'not-for-guardian'

/** Every label. The position is part of stored rows: append only. */
export const LABELS: readonly Label[] = [
  'protected-identity',
  'insurance-medicine',
  'block',
  'not-for-patient',
  'not-for-guardian',
]

/** Our own labels in `meta.security`, and the categories of Consent. */
export const KARNA_LABELS = 'https://karna.se/fhir/CodeSystem/label'

/** Source: HL7 Sweden's base profiles, `sekretess.fsh`. */
export const PROTECTED_IDENTITY = 'http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel'

const ACT_CODE = 'http://terminology.hl7.org/CodeSystem/v3-ActCode'

/** `meta.security` → label. */
const CODES: ReadonlyMap<string, Label> = new Map([
  [`${PROTECTED_IDENTITY}|sekretessmarkering`, 'protected-identity'],
  [`${PROTECTED_IDENTITY}|skyddadFolkbokforing`, 'protected-identity'],
  [`${KARNA_LABELS}|insurance-medicine`, 'insurance-medicine'],
  [`${KARNA_LABELS}|not-for-guardian`, 'not-for-guardian'],
  [`${ACT_CODE}|NOPATIENT`, 'not-for-patient'],
])

/** The labels that a resource carries, in the order of {@link LABELS}. */
export function labelsOf(resource: FhirResource): readonly Label[] {
  const security = resource.meta?.security ?? []
  const isBlock = resource.resourceType === 'Consent' && resource.provision?.type === 'deny'
  if (security.length === 0 && !isBlock) return NONE
  const found = new Set(security.flatMap((coding) => labelIn(coding) ?? []))
  if (isBlock) found.add('block')
  return LABELS.filter((label) => found.has(label))
}

const NONE: readonly Label[] = []

const labelIn = ({ system, code }: Coding) => CODES.get(`${system}|${code}`)

/** As one bit a label, for a column. */
export function labelBits(labels: readonly Label[]): number {
  return labels.reduce((bits, label) => bits | (1 << LABELS.indexOf(label)), 0)
}

/** The labels of {@link labelBits}. */
export function labelsIn(bits: number): readonly Label[] {
  return bits === 0 ? NONE : LABELS.filter((_, index) => (bits & (1 << index)) !== 0)
}
