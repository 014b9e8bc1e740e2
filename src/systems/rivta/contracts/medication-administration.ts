import type { Identifier, MedicationAdministration, MedicationRequest } from 'fhir/r4'
import { baseOf, dateTimeExtension, namedExtension, notesOf } from '../mapping/base.ts'
import type { Fields } from '../mapping/fields.ts'
import type { RecordHeader } from '../mapping/header.ts'
import { encounterReference, type Mapping, patientReference } from '../mapping/mapping.ts'
import { type Contained, professionalReference, readProfessional } from '../mapping/professional.ts'
import { filled, toConcept, toPeriod } from '../mapping/values.ts'
import { drugIn } from './medication-dispense.ts'

/** What tells an administration from the others of its order, and the order. */
interface Own {
  readonly name: string
  readonly identifier: Identifier | undefined
  readonly request: MedicationRequest
}

/** AdministrationType → MedicationAdministration: the order's drug was given, unless another is named. */
export function toAdministration(
  given: Fields,
  { name, identifier, request }: Own,
  header: RecordHeader,
  mapping: Mapping,
): MedicationAdministration {
  const contained: Contained = []
  const person = given.group('administeringHealthcareProfessional')
  const performer = person && readProfessional(person, mapping)
  const actor = professionalReference(performer, 'performer', contained, mapping)
  const drug = drugIn(given.group('drug'), 'given', contained)
  const route = toConcept(given.group('routeOfAdministration'))
  const period = toPeriod(given.group('administrationTime'))
  return filled<MedicationAdministration>({
    ...baseOf('MedicationAdministration', header, mapping, name),
    contained,
    extension: [
      ...dateTimeExtension('administeringTime', performer?.time),
      ...(route ? [namedExtension('routeOfAdministration', { valueCodeableConcept: route })] : []),
    ],
    identifier: identifier && [identifier],
    status: header.nullified ? 'entered-in-error' : 'completed',
    ...(drug
      ? { medicationReference: drug }
      : { medicationCodeableConcept: request.medicationCodeableConcept }),
    subject: patientReference(mapping),
    context: encounterReference(mapping, header.sourceSystem, header.careContactId),
    effectivePeriod: period ?? {},
    performer: actor && [{ actor }],
    request: { reference: `MedicationRequest/${request.id}` },
    note: notesOf(given.text('administrationComment')),
  })
}
