import type { CodeableConcept, DiagnosticReport, Observation, Quantity, Range } from 'fhir/r4'
import type { Fields } from './fields.ts'
import { boolean, codedAs, compact, decimal, filled, toConcept, toQuantity } from './values.ts'

export const LABORATORY = codedAs(
  'http://terminology.hl7.org/CodeSystem/observation-category',
  'laboratory',
)
export const LABORATORY_SERVICE = codedAs('http://terminology.hl7.org/CodeSystem/v2-0074', 'LAB')

const INTERPRETATION = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation'

/** The one thing the older contract says of a value: whether it's pathological. */
export function pathological(flag: boolean | undefined): CodeableConcept[] | undefined {
  if (flag === undefined) return undefined
  return [flag ? codedAs(INTERPRETATION, 'A', 'Abnormal') : codedAs(INTERPRETATION, 'N', 'Normal')]
}

/** `value[x]` of an Observation or a component. */
export type LaboratoryValue = Pick<
  Observation,
  'valueQuantity' | 'valueString' | 'valueCodeableConcept' | 'valueRange'
>

/**
 * AnyValueType of lab 4: coded, a measure, an interval or text. An interval with one end is what `<5` is in this contract,
 * and becomes that; one whose end isn't told to be open or closed stays an interval.
 */
export function anyValue(fields: Fields | undefined): LaboratoryValue {
  const valueCodeableConcept = toConcept(fields?.group('cv'))
  if (valueCodeableConcept) return { valueCodeableConcept }
  const valueQuantity = toQuantity(fields?.group('pq')) ?? bounded(fields?.group('intervalPQ'))
  if (valueQuantity) return { valueQuantity }
  const valueRange = toRange(fields?.group('intervalPQ'))
  if (valueRange) return { valueRange }
  const valueString = fields?.text('st')
  return valueString === undefined ? {} : { valueString }
}

/** An interval that is open to one side and told to be open or closed at the other. */
function bounded(interval: Fields | undefined): Quantity | undefined {
  if (!interval || interval.has('low') === interval.has('high')) return undefined
  const [end, closed] = interval.has('high') ? ['high', 'highClosed'] : ['low', 'lowClosed']
  if (!interval.has(closed)) return undefined
  const value = interval.value(end, decimal)
  const isClosed = value === undefined ? undefined : interval.value(closed, boolean)
  if (value === undefined || isClosed === undefined) return undefined
  const sign = end === 'high' ? '<' : '>'
  const comparator: Quantity['comparator'] = isClosed ? `${sign}=` : sign
  return filled<Quantity>({ value, comparator, unit: interval.text('unit') })
}

/** Both ends with their unit; whether they are open or closed FHIR doesn't say, and so it's left over. */
export function toRange(interval: Fields | undefined): Range | undefined {
  if (!interval) return undefined
  const low = interval.value('low', decimal)
  const high = interval.value('high', decimal)
  if (low === undefined && high === undefined) return undefined
  const unit = interval.text('unit')
  return compact<Range>({
    low: low === undefined ? undefined : filled<Quantity>({ value: low, unit }),
    high: high === undefined ? undefined : filled<Quantity>({ value: high, unit }),
  })
}

/** The words for the status of an analysis, in Swedish systems and in FHIR. */
const STATUS_WORDS: readonly (readonly [RegExp, Observation['status']])[] = [
  [/^(final|slut|def|klar|complete)/i, 'final'],
  [/^(prel)/i, 'preliminary'],
  [/^(reg|beställd|ej påbörjad|mottagen|pågå)/i, 'registered'],
  [/^(kval|corr|korr|rätt|ändr|tillägg|till$|amend)/i, 'corrected'],
  [/^(aved|cancel|avbest|annull|makul|utgå)/i, 'cancelled'],
]

/** `undefined` for words that aren't known: they're kept and not guessed at. */
export function analysisStatus(...words: readonly (string | undefined)[]) {
  for (const word of words) {
    const found = STATUS_WORDS.find(([pattern]) => pattern.test(word?.trim() ?? ''))
    if (found) return found[1]
  }
  return undefined
}

const REPORT_STATUSES: readonly DiagnosticReport['status'][] = [
  'registered',
  'partial',
  'preliminary',
  'final',
  'amended',
  'corrected',
  'appended',
  'cancelled',
  'entered-in-error',
  'unknown',
]

/** A code that is a status of DiagnosticReport already. */
export function reportStatus(code: string | undefined): DiagnosticReport['status'] | undefined {
  return REPORT_STATUSES.find((status) => status === code?.trim().toLowerCase())
}

/** What the answers of a report come to together. Source: mapping table of GetLaboratoryOrderOutcome, härledda fält. */
export function statusOfAll(
  statuses: readonly Observation['status'][],
): DiagnosticReport['status'] {
  const [first] = statuses
  if (first === undefined) return 'unknown'
  const known = [...new Set(statuses)]
  if (known.length === 1) return reportStatus(first) ?? 'unknown'
  if (known.includes('unknown')) return 'unknown'
  const isDone = known.every((status) => ['final', 'corrected', 'cancelled'].includes(status))
  if (!isDone) return 'partial'
  return known.includes('corrected') ? 'corrected' : 'final'
}
