import type { CodeableConcept, Immunization } from 'fhir/r4'
import type { Fields } from '../mapping/fields.ts'
import { compact, filled, present, toConcept, wholeNumber } from '../mapping/values.ts'

/** What was given: the vaccine's product and its kind, as codings of one concept. People read the product's name. */
export function vaccineOf(given: Fields | undefined): CodeableConcept | undefined {
  const product = toConcept(given?.group('vaccineName'))
  const kind = toConcept(given?.group('typeOfVaccine'))
  const texts = [...new Set(present([product?.text, kind?.text]))]
  return compact<CodeableConcept>({
    coding: [...(product?.coding ?? []), ...(kind?.coding ?? [])],
    text: texts.length === 0 ? undefined : texts.join(', '),
  })
}

/** Which dose of how many, and against what. FHIR counts from one; what doesn't is left over. */
export function dosesOf(given: Fields | undefined): Immunization['protocolApplied'] {
  const dose = given?.value('doseOrdinalNumber', positive)
  const doses = given?.value('numberOfPrescribedDoses', positive)
  const diseases = present((given?.groups('vaccineTargetDisease') ?? []).map(toConcept))
  if (dose === undefined && doses === undefined && diseases.length === 0) return undefined
  return [
    filled<NonNullable<Immunization['protocolApplied']>[number]>({
      targetDisease: diseases,
      doseNumberPositiveInt: dose,
      doseNumberString: dose === undefined ? 'okänd' : undefined,
      seriesDosesPositiveInt: doses,
    }),
  ]
}

function positive(text: string): number | undefined {
  const number = wholeNumber(text)
  return number !== undefined && number > 0 ? number : undefined
}
