import type { CodeableConcept, Dosage, Extension, Period } from 'fhir/r4'
import {
  booleanExtension,
  conceptExtensions,
  namedExtension,
  textExtension,
} from '../mapping/base.ts'
import type { Fields } from '../mapping/fields.ts'
import { toRange } from '../mapping/laboratory.ts'
import { filled, present } from '../mapping/values.ts'
import { describeDosage } from './dosage-words.ts'

/**
 * What is taken, how and when. The instruction stands as the source wrote it; a dosage that only comes in parts is put
 * into words, with the source's own numbers and units, so that nobody has to look for it. Such parts are not made into
 * FHIR's timing: their units are free text, and one that is misread is a wrong dose.
 *
 * @param treatment bounds the first of them, where it has an end
 */
export function toDosages(
  drug: Fields | undefined,
  route: CodeableConcept | undefined,
  treatment: Period | undefined,
): Dosage[] {
  const dosages = (drug?.groups('dosage') ?? []).map(toDosage)
  const [first = {}, ...others] = dosages
  const bounded = filled<Dosage>({
    ...first,
    timing: treatment && { repeat: { boundsPeriod: treatment } },
    route,
  })
  return Object.keys(bounded).length === 0 ? [] : [bounded, ...others]
}

function toDosage(dosage: Fields, at: number): Dosage {
  const instruction = dosage.text('dosageInstruction')
  const short = dosage.text('shortNotation')
  const condition = dosage.group('conditionalDosage')
  const asNeeded = condition?.text('conditionDescription')
  const parts = present([
    describe(dosage.group('setDosage')),
    prefixed('Vid behov', describe(condition)),
    prefixed('Högst', describe(dosage.group('maximumDosage'))),
  ])
  const words = parts.length === 0 ? undefined : parts.join('; ')
  const own = instruction ?? short
  return filled<Dosage>({
    sequence: at + 1,
    extension: [
      ...(own === undefined ? [] : textExtension('structuredDosage', words)),
      ...(instruction === undefined ? [] : textExtension('shortNotation', short)),
      ...(isPlain(asNeeded) ? textExtension('conditionDescription', asNeeded) : []),
      ...conceptExtensions(dosage, 'unitDose'),
      ...lengthOf(dosage.group('lengthOfTreatment')),
    ],
    text: own ?? words,
    ...asNeededFor(asNeeded),
  })
}

/** A condition that only says "as needed" is FHIR's own word for it. */
function asNeededFor(
  condition: string | undefined,
): Pick<Dosage, 'asNeededBoolean' | 'asNeededCodeableConcept'> {
  if (condition === undefined) return {}
  return isPlain(condition)
    ? { asNeededBoolean: true }
    : { asNeededCodeableConcept: { text: condition } }
}

const isPlain = (condition: string | undefined) => /^\s*vid behov\.?\s*$/i.test(condition ?? '')

function describe(fields: Fields | undefined): string | undefined {
  return fields && describeDosage(fields)
}

function prefixed(prefix: string, words: string | undefined): string | undefined {
  return words === undefined ? undefined : `${prefix}: ${words}`
}

/** LengthOfTreatmentType. */
function lengthOf(length: Fields | undefined): Extension[] {
  if (!length) return []
  const valueRange = toRange(length.group('treatmentInterval'))
  const extension = [
    ...(valueRange ? [namedExtension('treatmentInterval', { valueRange })] : []),
    ...booleanExtension(length, 'isMaximumTreatmentTime'),
  ]
  return extension.length === 0
    ? []
    : [{ url: 'urn:karna:extension:rivta-length-of-treatment', extension }]
}
