import type { Duration, Extension, Medication, MedicationRequest, Reference } from 'fhir/r4'
import {
  dateTimeExtension,
  logicalReference,
  namedExtension,
  textExtensions,
  timeExtension,
} from '../mapping/base.ts'
import type { Fields } from '../mapping/fields.ts'
import type { Mapping } from '../mapping/mapping.ts'
import { type Contained, professionalReference, readProfessional } from '../mapping/professional.ts'
import { toDate } from '../mapping/time.ts'
import { compact, decimal, filled, toIdentifier, toQuantity } from '../mapping/values.ts'
import { toDosages } from './medication-dosage.ts'
import { readDrug } from './medication-drug.ts'

type Dispense = Pick<MedicationRequest, 'dispenseRequest' | 'substitution'>

/** DispensationAuthorizationType: the prescription (recept) of an order → `dispenseRequest`. */
export function toDispense(
  authorization: Fields | undefined,
  contained: Contained,
  mapping: Mapping,
): Dispense {
  if (!authorization) return {}
  const end = authorization.value('validUntil', toDate)
  const amount = authorization.value('totalAmount', decimal)
  const unit = authorization.text('packageUnit')
  const pharmacy = logicalReference(toIdentifier(authorization.group('receivingPharmacy')))
  const nonReplaceable = authorization.text('nonReplaceable')?.trim()
  return {
    dispenseRequest: filled<NonNullable<MedicationRequest['dispenseRequest']>>({
      extension: restOf(authorization, amount === undefined ? unit : undefined, contained, mapping),
      validityPeriod: end === undefined ? undefined : { end },
      quantity: amount === undefined ? undefined : filled({ value: amount, unit }),
      dispenseInterval: compact<Duration>({
        ...toQuantity(authorization.group('minimumDispensationInterval')),
      }),
      performer: pharmacy,
    }),
    ...(nonReplaceable !== undefined && {
      substitution: {
        allowedBoolean: false,
        // Who said no: Prescriber or Patient.
        reason: { text: nonReplaceable },
      },
    }),
  }
}

function restOf(
  authorization: Fields,
  unit: string | undefined,
  contained: Contained,
  mapping: Mapping,
): Extension[] {
  const valueIdentifier = toIdentifier(authorization.group('dispensationAuthorizationId'))
  const authorizer = authorization.group('dispensationAuthorizer')
  const person = authorizer && readProfessional(authorizer, mapping)
  const who = professionalReference(person, 'authorizer', contained, mapping)
  const drug = drugIn(authorization.group('drug'), 'dispensed', contained)
  return [
    ...(valueIdentifier
      ? [namedExtension('dispensationAuthorizationId', { valueIdentifier })]
      : []),
    ...(unit === undefined ? [] : [namedExtension('packageUnit', { valueString: unit })]),
    ...textExtensions(authorization, 'distributionMethod'),
    ...(who ? [namedExtension('dispensationAuthorizer', { valueReference: who })] : []),
    ...dateTimeExtension('authorizationTime', person?.time),
    ...textExtensions(authorization, 'dispensationAuthorizerComment'),
    ...timeExtension(authorization, 'firstDispensationBefore'),
    ...textExtensions(authorization, 'prescriptionSignatura'),
    ...(drug ? [namedExtension('drug', { valueReference: drug })] : []),
  ]
}

/** Another drug than the order's own, as what was dispensed or given: a contained Medication with its dosage in words. */
export function drugIn(
  fields: Fields | undefined,
  id: string,
  contained: Contained,
): Reference | undefined {
  if (!fields) return undefined
  const { concept, extension, route } = readDrug(fields)
  const comment = textExtensions(fields, 'comment')
  const dosages = toDosages(fields, route, undefined)
  const dosage = dosages.flatMap(dosageExtensions)
  if (!concept && comment.length === 0 && dosage.length === 0 && extension.length === 0)
    return undefined
  contained.push(
    filled<Medication>({
      resourceType: 'Medication',
      id,
      extension: [...extension, ...comment, ...dosage],
      code: concept,
    }),
  )
  return filled<Reference>({ reference: `#${id}`, display: concept?.text })
}

/** A Dosage outside the elements that have one. */
function dosageExtensions(dosage: MedicationRequestDosage): Extension[] {
  return [namedExtension('dosage', { valueDosage: dosage })]
}

type MedicationRequestDosage = NonNullable<MedicationRequest['dosageInstruction']>[number]
