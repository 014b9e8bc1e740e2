import type {
  Annotation,
  CodeableConcept,
  Observation,
  ObservationReferenceRange,
  Quantity,
} from 'fhir/r4'
import { compact, decimal, filled, present } from '../../rivta/mapping/values.ts'
import type { Field, Segment } from '../er7.ts'
import { toConcept, toPerson, toTime } from './data-types.ts'

/** OBX-11, HL7 table 0085. A result that may not be used says so; an unknown letter is not called final. */
const STATUSES: Readonly<Record<string, Observation['status']>> = {
  F: 'final',
  U: 'final',
  P: 'preliminary',
  S: 'preliminary',
  R: 'preliminary',
  I: 'registered',
  O: 'registered',
  C: 'corrected',
  X: 'cancelled',
  D: 'entered-in-error',
  W: 'entered-in-error',
}

const FLAGS: ReadonlySet<string> = new Set(
  'L H LL HH < > N A AA U D B W S R I MS VS POS NEG IND DET ND'.split(' '),
)
const INTERPRETATION = 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation'
const UCUM = 'http://unitsofmeasure.org'

/** What one analysis came to: its OBX segments (several where text came line by line) and the notes after them. */
export interface Result {
  readonly segments: readonly Segment[]
  readonly notes: readonly Segment[]
}

type Value = Pick<
  Observation,
  | 'valueQuantity'
  | 'valueString'
  | 'valueCodeableConcept'
  | 'valueDateTime'
  | 'valueTime'
  | 'valueRange'
  | 'valueRatio'
>

/** The elements that the OBX segments themselves give; the report adds whose it is and where it belongs. */
export function toResult({ segments, notes }: Result, sender: string): Partial<Observation> {
  const [first] = segments
  if (!first) return {}
  const value = toValue(segments, sender)
  const effective = toTime(first.field(14).text())
  return {
    status: STATUSES[first.field(11).text() ?? ''] ?? 'unknown',
    code: toConcept(first.field(3), sender) ?? { text: 'Okänd analys' },
    ...(effective && { effectiveDateTime: effective }),
    ...value,
    ...(Object.keys(value).length === 0 && { dataAbsentReason: ABSENT }),
    ...compact<Partial<Observation>>({
      interpretation: present(first.repetitions(8).map(toInterpretation)),
      referenceRange: present([toReferenceRange(first.field(7), first)]),
      method: toConcept(first.field(17), sender),
      performer: present(first.repetitions(16).map((field) => toPerson(field, sender))),
      note: notesOf(notes),
    }),
  }
}

const ABSENT: CodeableConcept = {
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: 'unknown' }],
}

/** Lines of text that came in segments or repetitions of their own are lines of one text: none may go missing. */
function toValue(segments: readonly Segment[], sender: string): Value {
  const [first, second] = segments
  if (!first) return {}
  const repeated = first.repetitions(5)
  if (second || repeated.length > 1) {
    const lines = segments.flatMap((each) => {
      const texts = each.repetitions(5).map((field) => field.whole() ?? '')
      return texts.length === 0 ? [''] : texts
    })
    return textValue(lines.join('\n'))
  }
  const field = first.field(5)
  return field.whole() === undefined
    ? {}
    : typed(first.field(2).text() ?? 'ST', field, first, sender)
}

function typed(type: string, field: Field, segment: Segment, sender: string): Value {
  const whole = field.whole()
  switch (type) {
    case 'NM': {
      const valueQuantity = quantityOf(whole, segment)
      return valueQuantity ? { valueQuantity } : textValue(withUnit(whole, segment))
    }
    case 'SN':
      return structured(field, segment) ?? textValue(withUnit(whole?.replaceAll('^', ''), segment))
    case 'CE':
    case 'CWE':
    case 'CNE': {
      const valueCodeableConcept = toConcept(field, sender)
      return valueCodeableConcept ? { valueCodeableConcept } : {}
    }
    case 'DT':
    case 'TS':
    case 'DTM': {
      const valueDateTime = toTime(whole)
      return valueDateTime ? { valueDateTime } : textValue(whole)
    }
    default:
      return textValue(withUnit(whole, segment))
  }
}

function textValue(text: string | undefined): Value {
  return text === undefined || text.trim() === '' ? {} : { valueString: text }
}

/** A value that isn't a number keeps its unit beside it: `<5 mg/L`. */
function withUnit(text: string | undefined, segment: Segment): string | undefined {
  const unit = unitOf(segment).unit
  return text === undefined || unit === undefined ? text : `${text} ${unit}`
}

function quantityOf(text: string | undefined, segment: Segment): Quantity | undefined {
  const value = text === undefined ? undefined : decimal(text)
  return value === undefined ? undefined : { value, ...unitOf(segment) }
}

function unitOf(segment: Segment): Pick<Quantity, 'unit' | 'system' | 'code'> {
  const field = segment.field(6)
  const code = field.text(1)
  const unit = field.text(2) ?? code
  if (unit === undefined) return {}
  return field.text(3) === 'UCUM' && code ? { unit, system: UCUM, code } : { unit }
}

/** SN: `<^5`, `^100`, `^1^:^128`, `^2^-^4`. Anything else is text. */
function structured(field: Field, segment: Segment): Value | undefined {
  const [comparator, first, separator, second] = [1, 2, 3, 4].map((at) => field.text(at))
  const low = quantityOf(first, segment)
  if (!low) return undefined
  if (separator === undefined && second === undefined) {
    if (comparator === undefined || comparator === '=') return { valueQuantity: low }
    const isKnown = ['<', '<=', '>=', '>'].includes(comparator)
    const known = comparator as NonNullable<Quantity['comparator']>
    return isKnown ? { valueQuantity: { ...low, comparator: known } } : undefined
  }
  const high = quantityOf(second, segment)
  if (!high || comparator !== undefined) return undefined
  if (separator === '-') return { valueRange: { low, high } }
  return separator === ':' || separator === '/'
    ? { valueRatio: { numerator: low, denominator: high } }
    : undefined
}

function toInterpretation(field: Field): CodeableConcept | undefined {
  const flag = field.text()
  if (flag === undefined) return undefined
  return FLAGS.has(flag)
    ? { coding: [{ system: INTERPRETATION, code: flag }] }
    : { text: field.whole() ?? flag }
}

/** The interval as it was written; low and high too where it is plainly two numbers. */
function toReferenceRange(field: Field, segment: Segment): ObservationReferenceRange | undefined {
  const text = field.whole()
  if (text === undefined) return undefined
  const [, low, high] = /^\s*(-?\d+(?:[.,]\d+)?)\s*[-–]\s*(-?\d+(?:[.,]\d+)?)\s*$/.exec(text) ?? []
  return filled<ObservationReferenceRange>({
    low: quantityOf(low, segment),
    high: quantityOf(high, segment),
    text,
  })
}

/** NTE: each repetition is a line. */
export function notesOf(segments: readonly Segment[]): Annotation[] | undefined {
  const lines = segments.map((nte) =>
    nte
      .repetitions(3)
      .map((field) => field.whole() ?? '')
      .join('\n'),
  )
  const text = lines.join('\n')
  return text.trim() === '' ? undefined : [{ text }]
}
