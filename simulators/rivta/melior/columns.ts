import type { CodeableConcept, FhirResource, Meta, Reference } from 'fhir/r4'
import { labelsOf } from '../../../src/fhir/label.ts'
import { HSA_ID, oidOf } from '../../../src/systems/rivta/mapping/code-systems.ts'
import { toDateTime, toRivtaTime } from '../../../src/systems/rivta/mapping/time.ts'
import type { NamedPerson } from '../../../src/systems/rivta/provide/production.ts'
import type { MeliorTables, NewRow, Row } from './tables.ts'

/** Local time as digits. */
export function localTime(dateTime: string | undefined): string | undefined {
  return dateTime === undefined ? undefined : toRivtaTime(dateTime)
}

/** What the hospital's clock showed, with the offset of that day. */
export function timeIn(digits: string | undefined): string | undefined {
  return digits === undefined ? undefined : toDateTime(digits)
}

/** A fixed choice: one code, or words alone. */
export function conceptColumns(name: string, concept: CodeableConcept | undefined): NewRow {
  const coding = concept?.coding?.find(({ system, code }) => code && system && oidOf(system))
  const [first] = concept?.coding ?? []
  return {
    [`${name}_kod`]: coding?.code,
    [`${name}_kodverk`]: coding?.system,
    [`${name}_text`]: concept?.text ?? coding?.display ?? first?.display ?? first?.code,
  }
}

export function conceptIn(name: string, row: Row): CodeableConcept | undefined {
  const text = row[`${name}_text`]
  const [code, system] = [row[`${name}_kod`], row[`${name}_kodverk`]]
  if (code === undefined || system === undefined) return text === undefined ? undefined : { text }
  return { coding: [{ system, code }], ...(text !== undefined && { text }) }
}

/** Where the rows of one database go. */
export interface Desk {
  readonly tables: MeliorTables
  find(reference: string | undefined): FhirResource | undefined
  /** HSA-id of the system that records of a unit were made in. */
  madeIn(unit: string): string
}

/** Writes down who somebody is, once, and gives their number. */
export function personColumn(
  { tables }: Desk,
  person: NamedPerson | undefined,
): string | undefined {
  if (!person) return undefined
  const { hsaId, name, title } = person
  const personalid = [hsaId, name, title].map((each) => each ?? '').join('|')
  tables.insert('personal', { personalid, hsaid: hsaId, namn: name, titel: title })
  return personalid
}

export const personIn = (number: string | undefined): Reference | undefined =>
  number === undefined ? undefined : { reference: `Practitioner/${number}` }

/** Whose record a resource is, from where, and by whom. */
export function headerColumns(
  desk: Desk,
  resource: FhirResource,
  more: {
    readonly patient: Reference
    readonly encounter: Reference | undefined
    readonly person: NamedPerson | undefined
    readonly registered: string | undefined
    readonly takenBack: boolean
  },
): NewRow {
  const unit = resource.meta?.source?.split('#')[1]
  return {
    patientid: more.patient.reference?.split('/')[1] ?? '',
    kontaktid: more.encounter?.reference?.split('/')[1],
    enhet: unit,
    ursprung: unit === undefined ? undefined : desk.madeIn(unit),
    ansvarig: personColumn(desk, more.person),
    registrerad: localTime(more.registered),
    andrad: localTime(resource.meta?.lastUpdated),
    ej_for_patient: labelsOf(resource).includes('not-for-patient') ? 1 : 0,
    makulerad: more.takenBack ? 1 : 0,
  }
}

const NOT_FOR_PATIENT = {
  system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  code: 'NOPATIENT',
}

/** The unit whose record it is, where it was made, and whether the patient may see it. */
export function metaIn({ enhet, ursprung, andrad, ej_for_patient }: Row): Meta {
  const changed = timeIn(andrad)
  return {
    ...(enhet !== undefined && { source: `${HSA_ID}#${enhet}` }),
    ...(ursprung !== undefined && { tag: [{ system: MADE_IN, code: ursprung }] }),
    ...(changed !== undefined && { lastUpdated: changed }),
    ...(ej_for_patient === '1' && { security: [NOT_FOR_PATIENT] }),
  }
}

/** Under which the system that a row was made in goes with what is read from it. */
export const MADE_IN = 'urn:melior:ursprung'

export const encounterIn = ({ kontaktid }: Row): Reference | undefined =>
  kontaktid === undefined ? undefined : { reference: `Encounter/${kontaktid}` }

export const patientIn = ({ patientid }: Row): Reference => ({ reference: `Patient/${patientid}` })

/** A number with the digits it was entered with. */
export function numberIn(digits: string | undefined): number | undefined {
  if (digits === undefined) return undefined
  const number = Number(digits)
  // A number with other digits than JavaScript's travels as text, and is written as it is.
  return String(number) === digits ? number : (JSON.rawJSON(digits) as unknown as number)
}

export const notesIn = (text: string | undefined): { text: string }[] | undefined =>
  text === undefined ? undefined : [{ text }]

export const joinedNotes = (
  notes: readonly { readonly text: string }[] = [],
): string | undefined => (notes.length === 0 ? undefined : notes.map(({ text }) => text).join('\n'))

export const isTakenBack = ({ makulerad }: Row): boolean => makulerad === '1'
