/**
 * A second, slow reading of the statutes, from their text and with no line of src/law in it: plain conditions in the order in
 * which the paragraphs stand. `law-oracle.test.ts` holds the law against it, cell by cell. Where a statute leaves a judgement
 * to the provider (ages, roles), the judgement is the one that docs/law.md names.
 */

/** Who asks. Words of its own on purpose. */
export interface Actor {
  readonly who: 'employee' | 'patient' | 'guardian' | 'agent' | 'machine'
  readonly profession:
    | 'doctor'
    | 'nurse'
    | 'assistant-nurse'
    | 'secretary'
    | 'administrator'
    | 'auditor'
  readonly task:
    | 'care'
    | 'care-administration'
    | 'required-documentation'
    | 'quality'
    | 'administration'
    | 'statistics'
    | 'feasibility-count'
  readonly name: string
  readonly workplace: string
  readonly employer: string
  readonly process: string
  /** Whose record a patient, guardian or agent has come for. */
  readonly cameFor: string
  /** What was stated with the request; empty: nothing. */
  readonly stated: string
  /** What the app between may read, of all patients or of one; empty: there is no app. */
  readonly app: readonly { readonly type: string; readonly only: string }[]
}

/** What has been said and done about the patient. */
export type Event =
  | { readonly what: 'visited'; readonly workplace: string }
  | {
      readonly what: 'stated-relation' | 'chose-other-units'
      readonly by: string
      readonly at: string
    }
  | {
      readonly what: 'patient-blocked'
      readonly workplace: string
      readonly process: string
      readonly years: readonly [number, number]
      readonly butDrugs: boolean
      readonly butAlerts: boolean
    }
  | {
      readonly what: 'lifted'
      readonly by: string
      readonly at: string
      readonly workplace: string
      readonly process: string
      readonly wholly: boolean
    }
  | {
      readonly what: 'patient-blocked-employer'
      readonly employer: string
      /** Only this workplace of the employer's; empty: all of them. */
      readonly workplace: string
    }
  | { readonly what: 'patient-agreed'; readonly to: string; readonly aboutEmployer: string }
  | {
      readonly what: 'opened'
      readonly by: string
      readonly at: string
      readonly employer: string
      readonly because: 'consent' | 'incapacity' | 'emergency'
      readonly wholly: boolean
    }
  | { readonly what: 'is-guardian' | 'is-agent'; readonly name: string }

export interface Patient {
  readonly name: string
  /** Whole years; negative: not known. */
  readonly age: number
  readonly events: readonly Event[]
}

/** One entry in the record. */
export interface Entry {
  readonly type: string
  readonly about: string
  readonly workplace: string
  readonly employer: string
  readonly process: string
  readonly mark: 'none' | 'insurance-medicine' | 'block' | 'not-for-patient' | 'not-for-guardian'
  /** Year that it tells of; 0: none. */
  readonly year: number
}

/** Whether this actor may read this entry. */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the order is that of the statutes
export function maySee(actor: Actor, patient: Patient, entry: Entry): boolean {
  if (!appMay(actor, entry)) return false
  if (actor.who === 'patient') return patientMaySee(actor, entry)
  if (actor.who === 'guardian' || actor.who === 'agent') return proxyMaySee(actor, patient, entry)
  // PDL 2:4 – the first three points are about the care of one patient; 4:2 – no more than the work needs.
  const aboutOnePatient = ['care', 'care-administration', 'required-documentation']
  if (!aboutOnePatient.includes(actor.task)) return false
  if (actor.who === 'employee') {
    if (actor.profession === 'auditor' || actor.profession === 'administrator') return false
  }
  if (actor.task === 'care-administration' && !BOOKING_AND_BILLING.includes(entry.type))
    return false
  // PDL 4:1 – takes part in the care, or else needs it for the work: says why, and answers for it.
  if (!takesPart(actor, patient)) return false
  // PDL 4:2 second paragraph – not for another unit or process, electronically.
  if (entry.mark === 'insurance-medicine' || entry.mark === 'block') {
    if (entry.workplace !== actor.workplace) return false
    if (entry.process !== processOf(actor)) return false
  }
  // Who the patient is isn't noted at any unit.
  if (entry.type === 'Patient') return true
  if (isClosed(actor, patient, entry)) return false
  // PDL 2:6, 5:4, SFS 2022:913 – another provider's records.
  if (entry.employer !== actor.employer) return otherProvidersEntry(actor, patient, entry)
  // HSLF-FS 2016:40 ch. 4 – other units after an active choice. A machine has no choices to make.
  if (entry.workplace === actor.workplace || actor.who === 'machine') return true
  return hasChosenOthers(actor, patient)
}

const BOOKING_AND_BILLING = [
  'Account',
  'Appointment',
  'AppointmentResponse',
  'ChargeItem',
  'Coverage',
  'Encounter',
  'EpisodeOfCare',
  'Invoice',
  'Patient',
  'RelatedPerson',
  'ServiceRequest',
  'Task',
]

function processOf(actor: Actor): string {
  return actor.who === 'employee' ? actor.process : ''
}

function appMay(actor: Actor, entry: Entry): boolean {
  if (actor.app.length === 0) return true
  for (const { type, only } of actor.app) {
    if (type !== '*' && type !== entry.type) continue
    if (only === '' || only === entry.about) return true
  }
  return false
}

/** PDL 5:5. */
function patientMaySee(actor: Actor, entry: Entry): boolean {
  if (entry.about !== actor.cameFor) return false
  return entry.mark !== 'not-for-patient'
}

function proxyMaySee(actor: Actor, patient: Patient, entry: Entry): boolean {
  if (entry.about !== actor.cameFor) return false
  if (entry.mark === 'not-for-patient' || entry.mark === 'not-for-guardian') return false
  let known = false
  for (const event of patient.events) {
    if (event.what === 'is-guardian' && actor.who === 'guardian' && event.name === actor.name)
      known = true
    if (event.what === 'is-agent' && actor.who === 'agent' && event.name === actor.name)
      known = true
  }
  if (!known) return false
  if (actor.who === 'guardian') return patient.age >= 0 && patient.age < 13
  return true
}

function takesPart(actor: Actor, patient: Patient): boolean {
  for (const event of patient.events) {
    if (event.what === 'visited' && event.workplace === actor.workplace) return true
  }
  if (actor.who === 'machine') return false
  if (actor.stated !== '') return true
  for (const event of patient.events) {
    if (event.what === 'stated-relation' && event.by === actor.name && event.at === actor.workplace)
      return true
  }
  return false
}

function hasChosenOthers(actor: Actor, patient: Patient): boolean {
  if (actor.stated !== '') return true
  for (const event of patient.events) {
    if (event.what !== 'chose-other-units' && event.what !== 'stated-relation') continue
    if (event.by === actor.name && event.at === actor.workplace) return true
  }
  return false
}

/** PDL 4:4 and 4:5. */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the order is that of the statutes
function isClosed(actor: Actor, patient: Patient, entry: Entry): boolean {
  for (const event of patient.events) {
    if (event.what !== 'patient-blocked') continue
    const ofWorkplace = event.workplace === '' || event.workplace === entry.workplace
    const ofProcess = event.process === '' || event.process === entry.process
    if (!ofWorkplace || !ofProcess) continue
    if (event.butDrugs && DRUGS.includes(entry.type)) continue
    if (event.butAlerts && ALERTS.includes(entry.type)) continue
    const [first, last] = event.years
    if (entry.year !== 0 && (entry.year < first || entry.year > last)) continue
    // "den som arbetar vid en annan vårdenhet eller inom en annan vårdprocess"
    const worksThere = event.workplace === '' || event.workplace === actor.workplace
    const worksIn = event.process === '' || event.process === processOf(actor)
    if (worksThere && worksIn) continue
    if (entry.employer === actor.employer && isLifted(actor, patient, event)) continue
    return true
  }
  return false
}

const DRUGS = [
  'Medication',
  'MedicationAdministration',
  'MedicationDispense',
  'MedicationRequest',
  'MedicationStatement',
]
const ALERTS = ['AllergyIntolerance', 'Flag']

function isLifted(
  actor: Actor,
  patient: Patient,
  block: Extract<Event, { what: 'patient-blocked' }>,
): boolean {
  // "av en behörig befattningshavare": a person, never a machine.
  if (actor.who !== 'employee') return false
  for (const event of patient.events) {
    if (event.what !== 'lifted' || !event.wholly) continue
    if (event.by !== actor.name || event.at !== actor.workplace) continue
    if (event.workplace === block.workplace && event.process === block.process) return true
  }
  return false
}

/** SFS 2022:913, 2:3–5 and 3:1–7. */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the order is that of the statutes
function otherProvidersEntry(actor: Actor, patient: Patient, entry: Entry): boolean {
  if (actor.who !== 'employee') return false
  for (const event of patient.events) {
    if (event.what !== 'patient-blocked-employer' || event.employer !== entry.employer) continue
    if (event.workplace === '' || event.workplace === entry.workplace) return false
  }
  for (const event of patient.events) {
    if (event.what !== 'opened' || !event.wholly) continue
    if (
      event.by !== actor.name ||
      event.at !== actor.workplace ||
      event.employer !== entry.employer
    )
      continue
    if (event.because !== 'consent') return true
    if (agreed(actor, patient, entry)) return true
  }
  return false
}

/** 3:1 first paragraph 2, and the third: a child who can't agree need not. */
function agreed(actor: Actor, patient: Patient, entry: Entry): boolean {
  if (patient.age >= 0 && patient.age < 13) return true
  for (const event of patient.events) {
    if (event.what !== 'patient-agreed') continue
    if (event.aboutEmployer !== '' && event.aboutEmployer !== entry.employer) continue
    if (event.to === actor.employer || event.to === actor.workplace || event.to === actor.name)
      return true
  }
  return false
}

/** Whether this actor may add an entry of this kind to the patient's record. */
export function mayWrite(actor: Actor, patient: Patient, type: string): boolean {
  if (actor.who !== 'employee' && actor.who !== 'machine') return false // PDL 5:5: to read
  if (actor.app.length > 0) return false // the cells' apps only read
  const plain: Entry = {
    type,
    about: patient.name,
    workplace: actor.workplace,
    employer: actor.employer,
    process: processOf(actor),
    mark: 'none',
    year: 0,
  }
  if (!maySee(actor, patient, plain)) return false
  if (actor.who === 'machine' || type !== 'MedicationRequest') return true
  return actor.profession === 'doctor' || actor.profession === 'nurse'
}
