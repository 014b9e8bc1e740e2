import type { CodeableConcept, Coding, Identifier, Period, Quantity } from 'fhir/r4'
import { systemOf } from './code-systems.ts'
import type { Fields } from './fields.ts'
import { toDateTime } from './time.ts'

/**
 * A FHIR object without what is `undefined`, or `undefined` if nothing is left:
 * FHIR knows neither empty objects nor empty lists.
 */
export function compact<Value extends object>(
  value: {
    readonly [Key in keyof Value]: Value[Key] | undefined
  },
): Value | undefined {
  const entries = Object.entries(value).filter(
    ([, each]) => each !== undefined && !(Array.isArray(each) && each.length === 0),
  )
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as Value)
}

/** As {@link compact}, of what is known to have something in it. */
export function filled<Value extends object>(
  value: {
    readonly [Key in keyof Value]: Value[Key] | undefined
  },
): Value {
  return compact(value) ?? ({} as Value)
}

/**
 * A time that FHIR demands. Where the source tells none that is one, that is said, and the record is there all the same.
 * http://hl7.org/fhir/StructureDefinition/data-absent-reason
 */
export function timed<Name extends string>(name: Name, time: string | undefined) {
  if (time !== undefined) return { [name]: time } as { [Key in Name]: string }
  return { [`_${name}`]: { extension: [UNKNOWN] } } as unknown as { [Key in Name]: string }
}

const UNKNOWN = {
  url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason',
  valueCode: 'unknown',
}

/** A list without gaps. */
export function present<Value>(values: readonly (Value | undefined)[]): Value[] {
  return values.filter((value) => value !== undefined)
}

declare global {
  interface JSON {
    /** JSON text that `stringify` writes as it is. https://github.com/tc39/proposal-json-parse-with-source */
    rawJSON(text: string): unknown
  }
}

/**
 * A decimal that is written into JSON with the digits it came with: `5.40` stays `5.40`. A decimal comma, which lab 4.2
 * allows, becomes a point. `undefined` for what FHIR doesn't write as a decimal: `<5`, `007`, `+1`, `INF`.
 * Only for resources on their way to `JSON.stringify`: it can't be reckoned with.
 */
export function decimal(text: string): number | undefined {
  const written = text.replace(',', '.')
  if (!/^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(written)) return undefined
  return Number.isFinite(Number(written)) ? (JSON.rawJSON(written) as number) : undefined
}

/** `true`, `false`, `1` and `0`, as XML Schema has them, in small letters or large. */
export function boolean(text: string): boolean | undefined {
  const word = text.toLowerCase()
  if (word === 'true' || word === '1') return true
  return word === 'false' || word === '0' ? false : undefined
}

export function wholeNumber(text: string): number | undefined {
  return /^(0|-?[1-9]\d{0,8})$/.test(text) ? Number(text) : undefined
}

/** Something FHIR calls a code: no space at its ends, and never two in a row. */
export function code(text: string): string | undefined {
  return /^\S+(\s\S+)*$/.test(text) ? text : undefined
}

/**
 * CVType. Code, system and name go together, or there is only `originalText`; what a source sends otherwise is kept too.
 * `text` is what a person reads: the original text, else the name. The system's name is only kept where its OID isn't.
 */
export function toConcept(fields: Fields | undefined): CodeableConcept | undefined {
  if (!fields) return undefined
  const system = fields.value('codeSystem', systemOf)
  if (system !== undefined) fields.drop('codeSystemName') // the OID says it better
  const display = fields.text('displayName')
  const original = fields.text('originalText')
  const coding = compact<Coding>({
    system,
    version: fields.text('codeSystemVersion'),
    code: fields.value('code', code),
    display,
  })
  const text = original ?? display
  return compact<CodeableConcept>({ coding: coding && [coding], text })
}

/** A code by itself, whose system the contract knows. */
export function codedAs(system: string, value: string, display?: string): CodeableConcept {
  const coding = filled<Coding>({ system, code: value, display })
  return filled<CodeableConcept>({ coding: [coding], text: display })
}

/** KV Informationstyp, by which the engagement index categorizes. Source: Inera, OID list. */
export function informationType(value: string, display: string): CodeableConcept {
  return codedAs('urn:oid:1.2.752.129.2.2.2.1', value, display)
}

/**
 * A coded value with the words that stand beside it in the source as its text. The text it had is put before them,
 * unless it's the code's name, which stays with the code.
 */
export function withWords(
  concept: CodeableConcept | undefined,
  ...words: readonly (string | undefined)[]
): CodeableConcept | undefined {
  const names = concept?.coding?.map(({ display }) => display) ?? []
  const own = names.includes(concept?.text) ? undefined : concept?.text
  const text = present([own, ...words]).join(': ')
  return text === '' ? concept : { ...concept, text }
}

/** IIType. A root alone is the whole id: an OID, a UUID or, in practice, anything. */
export function toIdentifier(fields: Fields | undefined): Identifier | undefined {
  if (!fields) return undefined
  const value = fields.text('extension')
  if (value === undefined) return compact<Identifier>({ value: fields.text('root') })
  return compact<Identifier>({ system: fields.value('root', systemOf), value })
}

/** PQType: a number that can't be written as one leaves the whole of it to the caller's leftovers. */
export function toQuantity(fields: Fields | undefined): Quantity | undefined {
  const value = fields?.value('value', decimal)
  if (!fields || value === undefined) return undefined
  return filled<Quantity>({ value, unit: fields.text('unit') })
}

/** TimePeriodType and DatePeriodType. */
export function toPeriod(fields: Fields | undefined): Period | undefined {
  if (!fields) return undefined
  return compact<Period>({
    start: fields.value('start', toDateTime),
    end: fields.value('end', toDateTime),
  })
}
