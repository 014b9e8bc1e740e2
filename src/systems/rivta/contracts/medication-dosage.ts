import type { CodeableConcept, Dosage, Extension, Period } from 'fhir/r4'
import {
  booleanExtension,
  conceptExtensions,
  namedExtension,
  textExtension,
} from '../mapping/base.ts'
import type { Fields } from '../mapping/fields.ts'
import { toRange } from '../mapping/laboratory.ts'
import { decimal, filled, present } from '../mapping/values.ts'
import { describeDosage, type Occasion } from './dosage-words.ts'

/**
 * What is taken, how and when. The instruction stands as the source wrote it; a dosage that only comes in parts is put
 * into words, with the source's own numbers and units, so that nobody has to look for it. Of such parts only plain times
 * of the day are made into FHIR's timing: units are free text, and one that is misread is a wrong dose.
 *
 * @param treatment bounds the first of them, where it has an end
 */
export function toDosages(
  drug: Fields | undefined,
  route: CodeableConcept | undefined,
  treatment: Period | undefined,
): Dosage[] {
  const dosages: Dosage[] = (drug?.groups('dosage') ?? [])
    .flatMap(toDosage)
    .map((dosage, at) => ({ sequence: at + 1, ...dosage }))
  const [found, ...others] = dosages
  const first: Dosage = found ?? {}
  const bounded = filled<Dosage>({
    ...first,
    timing: treatment
      ? { repeat: { boundsPeriod: treatment, ...first.timing?.repeat } }
      : first.timing,
    route,
  })
  return Object.keys(bounded).length === 0 ? [] : [bounded, ...others]
}

/** One, or one for each time of the day, of which the first carries the text. */
function toDosage(dosage: Fields): Dosage[] {
  const occasions: Occasion[] = []
  const instruction = dosage.text('dosageInstruction')
  const short = dosage.text('shortNotation')
  const condition = dosage.group('conditionalDosage')
  const asNeeded = condition?.text('conditionDescription')
  const parts = present([
    describe(dosage.group('setDosage'), occasions),
    prefixed('Vid behov', describe(condition)),
    prefixed('Högst', describe(dosage.group('maximumDosage'))),
  ])
  const words = parts.length === 0 ? undefined : parts.join('; ')
  const own = instruction ?? short
  const isOnlyTimes = parts.length === 1 && !words?.includes(';')
  const [firstTime, ...otherTimes] = isOnlyTimes ? timesOfDay(occasions) : []
  const first = filled<Dosage>({
    extension: [
      ...(own === undefined ? [] : textExtension('structuredDosage', words)),
      ...(instruction === undefined ? [] : textExtension('shortNotation', short)),
      ...(isPlain(asNeeded) ? textExtension('conditionDescription', asNeeded) : []),
      ...conceptExtensions(dosage, 'unitDose'),
      ...lengthOf(dosage.group('lengthOfTreatment')),
    ],
    text: own ?? words,
    ...asNeededFor(asNeeded),
    ...firstTime,
  })
  return [first, ...otherTimes]
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

function describe(fields: Fields | undefined, occasions: Occasion[] = []): string | undefined {
  return fields && describeDosage(fields, occasions)
}

/** What a time of the day is called; by clock it stays in words. */
const WHEN: Readonly<Record<string, 'MORN' | 'NOON' | 'EVE' | 'NIGHT'>> = {
  morgon: 'MORN',
  middag: 'NOON',
  kväll: 'EVE',
  natt: 'NIGHT',
}

/** Doses at times of every day, where that is plainly all that is said; else none, and the words stand alone. */
function timesOfDay(occasions: readonly Occasion[]): Pick<Dosage, 'timing' | 'doseAndRate'>[] {
  const found = occasions.map(({ period, day, time, dose }) => {
    const when = WHEN[time?.trim().toLowerCase() ?? '']
    const [, number = '', unit] = /^(\S+) (.+)$/.exec(dose ?? '') ?? []
    const value = decimal(number)
    const isDaily = period === '1 d' && day === '1'
    if (!isDaily || when === undefined || value === undefined) return undefined
    return {
      timing: { repeat: { when: [when] } },
      doseAndRate: [{ doseQuantity: filled({ value, unit }) }],
    }
  })
  return found.every((each) => each !== undefined) ? present(found) : []
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
