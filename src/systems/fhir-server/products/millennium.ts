import type { Appointment } from 'fhir/r4'
import type { ResourceType } from '../../../fhir/resource-type.ts'
import type { SearchClause, SearchQuery } from '../../../fhir/search/query.ts'
import { nameWords } from '../name-words.ts'
import type { ProductRules, TypeRules, WriteRules } from '../product-rules.ts'
import { noteFromDocument } from './millennium-note.ts'

const words = (text: string) => new Set(text.split(' '))

function rules(
  owner: TypeRules['owner'],
  count: number,
  narrows: string,
  more: Partial<TypeRules> = {},
): TypeRules {
  return {
    owner,
    always: owner === undefined ? {} : { _revinclude: 'Provenance:target' },
    byId: owner === undefined ? 'read' : '_id',
    count,
    narrows: words(narrows),
    write: undefined,
    ...more,
  }
}

const writes = (update: WriteRules['update'], elements: string): WriteRules => ({
  create: true,
  update,
  elements: words(`resourceType id meta ${elements}`),
})

/** Millennium wants a date, with time and offset, of every search for bookings. */
const EVER = 'ge1900-01-01T00:00:00+01:00'

const TYPES: ReadonlyMap<ResourceType, TypeRules> = new Map<ResourceType, TypeRules>([
  ['Organization', rules(undefined, 50, '')],
  ['Practitioner', rules(undefined, 50, '')],
  ['Patient', rules(undefined, 100, '')],
  [
    'AllergyIntolerance',
    rules('patient', 200, '', {
      write: writes(
        'put',
        'clinicalStatus verificationStatus category criticality code patient encounter onsetDateTime recordedDate recorder reaction note',
      ),
    }),
  ],
  ['Appointment', rules('patient', 200, '', { always: { date: EVER } })],
  ['Composition', rules('patient', 100, '', { sourceType: 'DocumentReference' })],
  [
    'Condition',
    rules('patient', 200, 'category', {
      write: writes(
        'put',
        'clinicalStatus verificationStatus category code subject encounter onsetDateTime abatementDateTime recordedDate recorder note',
      ),
    }),
  ],
  ['DiagnosticReport', rules('patient', 100, 'category')],
  ['Encounter', rules('patient', 200, '')],
  [
    'Immunization',
    rules('patient', 200, '', {
      write: writes(
        'put',
        'status vaccineCode patient encounter occurrenceDateTime recorded primarySource lotNumber expirationDate site route doseQuantity performer protocolApplied note',
      ),
    }),
  ],
  [
    'MedicationRequest',
    rules('patient', 200, '', {
      write: writes(
        'json-patch',
        'identifier status intent category priority medicationCodeableConcept subject encounter authoredOn requester reasonCode dosageInstruction dispenseRequest note',
      ),
    }),
  ],
  [
    'Observation',
    rules('patient', 200, 'category code', {
      write: writes(
        'put',
        'status category code subject encounter effectiveDateTime issued performer valueQuantity valueCodeableConcept valueString valueInteger valueDateTime interpretation referenceRange component note',
      ),
    }),
  ],
  [
    'Procedure',
    rules('patient', 200, '', {
      write: writes(
        undefined,
        'status code subject encounter performedDateTime performedPeriod performer location note',
      ),
    }),
  ],
  ['ServiceRequest', rules('patient', 200, '')],
])

/**
 * Oracle Health Millennium's FHIR R4: nothing without a patient, whose unit it is in Provenance alone, notes as documents.
 * Alert information and tasks are not to be had: information-map/millennium.json. Source: fhir.cerner.com.
 */
export const MILLENNIUM: ProductRules = {
  name: 'Millennium',
  types: TYPES,
  tellsUnitByProvenance: true,
  persons: {
    by: ['identifier', 'name', 'family', 'given', 'birthdate'],
    questionsFor,
  },
  unitOf: ({ custodian, value }) =>
    custodian ?? (value.resourceType === 'Appointment' ? unitIn(value) : undefined),
  toOurs: async (resource, fetch) =>
    resource.value.resourceType === 'DocumentReference'
      ? noteFromDocument(resource.value, fetch)
      : resource.bytes,
  toTheirs: (bytes) => bytes,
  objection(change) {
    if (!('resource' in change)) return undefined
    const text = String(change.resource.bytes)
    return /"(modifierExtension|implicitRules)"\s*:/.test(text)
      ? 'Millennium takes no modifier extensions or implicit rules'
      : undefined
  },
}

/** A booking has no Provenance: it is the unit's that takes part in it. */
function unitIn({ participant }: Appointment): string | undefined {
  const [unit] = participant.flatMap(({ actor }) =>
    actor?.identifier?.system === 'urn:oid:1.2.752.29.4.19' ? (actor.identifier.value ?? []) : [],
  )
  return unit
}

const PASSED = ['identifier', 'family', 'given', 'name', 'birthdate']

/** By the first parameter that Millennium has; alternatives are a question each. */
function questionsFor({ clauses }: SearchQuery): readonly URLSearchParams[] | undefined {
  for (const param of PASSED) {
    const clause = clauses.find((each) => each.param === param && each.modifier === undefined)
    const texts = clause?.values.flatMap(textOf)
    if (texts && texts.length === clause?.values.length) {
      const asked = param === 'name' ? texts.flatMap(nameWords) : texts
      return asked.map((text) => new URLSearchParams({ [param]: text }))
    }
  }
  return undefined
}

function textOf(value: SearchClause['values'][number]): string[] {
  if (value.kind === 'string') return [value.text]
  if (value.kind === 'token' && value.code !== undefined) {
    return [value.system ? `${value.system}|${value.code}` : value.code]
  }
  if (value.kind !== 'date' || value.prefix !== 'eq' || value.hi - value.lo !== 86_400_000)
    return []
  return [new Date(value.lo).toISOString().slice(0, 10)]
}
