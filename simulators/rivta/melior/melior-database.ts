import type { FhirResource, Practitioner } from 'fhir/r4'
import { HSA_ID } from '../../../src/systems/rivta/mapping/code-systems.ts'
import type { Production } from '../../../src/systems/rivta/provide/production.ts'
import {
  isLaboratory,
  kindOf,
  laboratoryAnswers,
} from '../../../src/systems/rivta/provide/reports.ts'
import { type DemoRecords, numberOf } from '../demo-records.ts'
import type { CodePage } from '../encode-text.ts'
import type { Database } from '../profile.ts'
import { type Desk, MADE_IN } from './columns.ts'
import { contactsOf, contactWith, enterContact } from './contacts.ts'
import { dailyLivingOf, diagnosesOf, enterDailyLiving, enterDiagnosis } from './diagnoses.ts'
import { analysesOf, enterAnswer, enterMeasured, reportsOf } from './laboratory.ts'
import { enterNote, notesOf } from './notes.ts'
import { enterOrder, ordersOf } from './orders.ts'
import { enterPlan, plansOf } from './plans.ts'
import { enterReport, referralWith, reportsInWordsOf } from './referrals.ts'
import { type MeliorTables, openMeliorTables } from './tables.ts'
import { enterVaccination, vaccinationsOf } from './vaccinations.ts'
import { enterFlag, enterHypersensitivity, flagsOf, hypersensitivitiesOf } from './warnings.ts'

/** Which of a hospital's Melior databases this is. */
export interface MeliorPlace {
  readonly name: string
  readonly hsaId: string
  readonly texts: CodePage
  /** The number that its catalogue of keywords begins at. */
  readonly firstKeyword: number
  /** Whether it holds what was made at a unit. */
  holds(unit: string): boolean
  /** HSA-id of the system that records of a unit were made in: another's, where they were moved here. */
  madeIn(unit: string): string
}

/** A Melior database with the demo's records entered into its tables, and the RIV-TA producer in front reading them. */
export async function openMelior(place: MeliorPlace, records: DemoRecords): Promise<Database> {
  const { name, hsaId, texts, firstKeyword } = place
  const tables = openMeliorTables(texts, firstKeyword)
  const desk: Desk = { tables, find: records.find, madeIn: place.madeIn }
  const entered = new Set<string>()
  for (const patient of records.patients) {
    const number = numberOf(patient)
    if (number === undefined || patient.id === undefined) continue
    tables.insert('patient', { patientid: patient.id, personnr: number })
    // Everything of a number, whichever of its patients it's about.
    if (entered.has(number)) continue
    entered.add(number)
    enterRecords(
      desk,
      records.of(number).filter((each) => place.holds(each.meta?.source?.split('#')[1] ?? '')),
    )
    // So that whoever is answered meanwhile isn't kept waiting.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return {
    name,
    hsaId,
    of: (number, type) =>
      tables
        .select('select patientid from patient where personnr = ?', number)
        .flatMap(({ patientid = '' }) => READ[type]?.(tables, patientid) ?? []),
    find: (reference) => findIn(tables, reference),
    madeIn: ({ meta }) => meta?.tag?.find(({ system }) => system === MADE_IN)?.code ?? hsaId,
    termId: (word) => tables.keyword(word),
    close: () => tables.close(),
  }
}

function enterRecords(desk: Desk, held: readonly FhirResource[]): void {
  const of: Production['of'] = <Type extends FhirResource['resourceType']>(type: Type) =>
    held.filter(
      (each): each is Extract<FhirResource, { resourceType: Type }> => each.resourceType === type,
    )
  for (const answer of laboratoryAnswers({ of })) enterAnswer(desk, answer)
  for (const resource of held) ENTER[resource.resourceType]?.(desk, resource as never)
}

const ENTER: Readonly<Record<string, ((desk: Desk, resource: never) => void) | undefined>> = {
  AllergyIntolerance: enterHypersensitivity,
  CarePlan: enterPlan,
  Composition: enterNote,
  Condition: enterDiagnosis,
  DiagnosticReport(desk, report: Extract<FhirResource, { resourceType: 'DiagnosticReport' }>) {
    if (kindOf(report) !== 'laboratory') enterReport(desk, report)
  },
  Encounter: enterContact,
  Flag: enterFlag,
  Immunization: enterVaccination,
  MedicationRequest: enterOrder,
  Observation(desk, observation: Extract<FhirResource, { resourceType: 'Observation' }>) {
    const isAssessed = observation.code.coding?.some(({ code }) => code === 'pad-pad')
    if (isAssessed) enterDailyLiving(desk, observation)
    else if (!isLaboratory(observation)) enterMeasured(desk, observation)
  },
}

const READ: Readonly<
  Record<string, ((tables: MeliorTables, patientid: string) => readonly FhirResource[]) | undefined>
> = {
  AllergyIntolerance: hypersensitivitiesOf,
  CarePlan: plansOf,
  Composition: notesOf,
  Condition: diagnosesOf,
  DiagnosticReport: (tables, patientid) => [
    ...reportsOf(tables, patientid),
    ...reportsInWordsOf(tables, patientid),
  ],
  Encounter: contactsOf,
  Flag: flagsOf,
  Immunization: vaccinationsOf,
  MedicationRequest: ordersOf,
  Observation: (tables, patientid) => [
    ...analysesOf(tables, patientid),
    ...dailyLivingOf(tables, patientid),
  ],
}

/** What a row names: a contact, a referral or a person. */
function findIn(tables: MeliorTables, reference = ''): FhirResource | undefined {
  const [, type, id = ''] = /^(\w+)\/(.*)$/s.exec(reference) ?? []
  if (type === 'Encounter') return contactWith(tables, id)
  if (type === 'ServiceRequest') return referralWith(tables, id)
  return type === 'Practitioner' ? practitionerWith(tables, id) : undefined
}

function practitionerWith(tables: MeliorTables, id: string): Practitioner | undefined {
  const [row] = tables.select('select * from personal where personalid = ?', id)
  if (!row) return undefined
  const { hsaid, namn, titel } = row
  return {
    resourceType: 'Practitioner',
    id,
    identifier: hsaid === undefined ? undefined : [{ system: HSA_ID, value: hsaid }],
    name: namn === undefined ? undefined : [{ text: namn }],
    qualification: titel === undefined ? undefined : [{ code: { text: titel } }],
  }
}
