import type { TypeRules } from './product.ts'

type Interaction = 'read' | 'search' | 'create' | 'update' | 'patch'

const words = (text: string) => new Set(text.split(' '))

function rules(
  letters: string,
  params: string,
  count: TypeRules['count'],
  fields?: string,
): TypeRules {
  const interactions = new Set<Interaction>(['read', 'search'])
  if (letters.includes('C')) interactions.add('create')
  if (letters.includes('U')) interactions.add('update')
  if (letters.includes('P')) interactions.add('patch')
  return {
    interactions,
    params: words(`_id _count _revinclude ${params}`),
    count,
    ...(fields !== undefined && { fields: words(`resourceType id meta ${fields}`) }),
  }
}

const USUAL = { usual: 50, most: 200 }
const DOCUMENTS = { usual: 10, most: 100 }

/** Millennium's resource types: C create, U update, P patch. Source: its CapabilityStatement, secure, 2026-08-14. */
export const MILLENNIUM_TYPES: ReadonlyMap<string, TypeRules> = new Map<string, TypeRules>([
  [
    'AllergyIntolerance',
    rules(
      'CU',
      'patient clinical-status _lastUpdated',
      USUAL,
      'clinicalStatus verificationStatus category criticality code patient encounter onsetDateTime recordedDate recorder reaction note',
    ),
  ],
  [
    'Appointment',
    rules(
      'CP',
      'patient practitioner location date status',
      USUAL,
      'status serviceType reasonCode start end minutesDuration participant requestedPeriod comment',
    ),
  ],
  ['Binary', { ...rules('', '', USUAL), interactions: new Set(['read']) }],
  [
    'Condition',
    rules(
      'CU',
      'patient subject category clinical-status encounter',
      USUAL,
      'clinicalStatus verificationStatus category code subject encounter onsetDateTime abatementDateTime recordedDate recorder note',
    ),
  ],
  [
    'DiagnosticReport',
    rules(
      'C',
      'patient subject date category code encounter',
      DOCUMENTS,
      'status category code subject encounter effectiveDateTime issued performer result conclusion presentedForm',
    ),
  ],
  [
    'DocumentReference',
    rules(
      'CU',
      'patient encounter date type category period status',
      DOCUMENTS,
      'status docStatus type category subject date author authenticator custodian content context description',
    ),
  ],
  [
    'Encounter',
    rules(
      'CP',
      'patient subject date status identifier account',
      USUAL,
      'identifier status class type subject participant period reasonCode location serviceProvider',
    ),
  ],
  [
    'Immunization',
    rules(
      'CU',
      'patient date status target-disease',
      USUAL,
      'status vaccineCode patient encounter occurrenceDateTime recorded primarySource lotNumber expirationDate site route doseQuantity performer protocolApplied note',
    ),
  ],
  [
    'MedicationRequest',
    rules(
      'CP',
      'patient status intent _lastUpdated -timing-boundsPeriod',
      USUAL,
      'identifier status intent category priority medicationCodeableConcept subject encounter authoredOn requester reasonCode dosageInstruction dispenseRequest note',
    ),
  ],
  [
    'Observation',
    rules(
      'CU',
      'patient subject category code date _lastUpdated',
      USUAL,
      'status category code subject encounter effectiveDateTime issued performer valueQuantity valueCodeableConcept valueString valueInteger valueDateTime interpretation referenceRange component note',
    ),
  ],
  ['Organization', rules('', 'identifier name type', USUAL)],
  [
    'Patient',
    rules(
      'CP',
      'identifier name family given birthdate phone email address-postalcode',
      { usual: 20, most: 100 },
      'identifier active name telecom gender birthDate deceasedDateTime address maritalStatus contact communication generalPractitioner managingOrganization',
    ),
  ],
  ['Practitioner', rules('', 'identifier name family given', USUAL)],
  [
    'Procedure',
    rules(
      'C',
      'patient subject date',
      USUAL,
      'status code subject encounter performedDateTime performedPeriod performer location note',
    ),
  ],
  ['Provenance', { ...rules('C', 'target', USUAL), interactions: new Set(['read', 'create']) }],
  ['ServiceRequest', rules('', 'patient subject code authored status encounter', USUAL)],
])
