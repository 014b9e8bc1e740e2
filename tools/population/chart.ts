import type { CodeableConcept, Encounter, FhirResource, Reference } from 'fhir/r4'
import type { UnitRole } from '../../src/identity/demo-directory.ts'
import { DIAGNOSES, type DiagnosisCode } from './facts/diagnoses.ts'
import { type Colleague, HSA, idOf, teamAt } from './organisations.ts'
import type { Person } from './person.ts'
import { type Random, randomFrom } from './random.ts'
import { ageOn, type Day, timeText } from './time.ts'

/** A moment: a day and minutes after midnight, local time. */
export interface Moment {
  readonly day: Day
  readonly minutes: number
}

/** One person's record in one region, as it is being written. */
export interface Chart {
  readonly person: Person
  readonly region: string
  readonly patientId: string
  /** The health centre where the person is listed. */
  readonly centre: UnitRole
  readonly random: Random
  /** The first day of the ten years. */
  readonly begins: Day
  /** Now: nothing has happened later. */
  readonly now: Moment
  readonly resources: FhirResource[]
  readonly body: Body
  /** ATC codes of drugs and groups that the person reacts to. */
  readonly cannotHave: Set<string>
  /** ATC groups and diagnoses that go on: neither is written twice. */
  readonly ongoing: Set<string>
  /** First and last day of each stay on a ward. */
  readonly stays: (readonly [first: Day, last: Day])[]
}

/** What somebody measures when nothing ails them. */
export interface Body {
  /** cm; a child's follows its age instead. */
  readonly height: number
  /** kg at the beginning of the ten years. */
  readonly weight: number
  /** Whether the weight is the story's own, and no illness changes it. */
  readonly isSteady?: boolean
  /** mmHg */
  readonly systolic: number
  readonly diastolic: number
  /** µmol/L */
  readonly creatinine: number
  /** g/L */
  readonly hb: number
}

export function openChart(person: Person, region: string, now: Moment, seed: string): Chart {
  const random = randomFrom(`${seed} chart ${region}`)
  return {
    person,
    region,
    patientId: random.uuid(),
    centre: random.weighted([
      ['healthCentre', 5],
      ['secondHealthCentre', 3],
      ['privateHealthCentre', 2],
    ] as const),
    random,
    begins: Math.max(person.birth, now.day - 3650),
    now,
    resources: [],
    cannotHave: new Set(),
    ongoing: new Set(),
    stays: [],
    body: bodyOf(person, random, ageOn(person.birth, now.day)),
  }
}

function bodyOf({ sex }: Person, random: Random, age: number): Body {
  const isWoman = sex === 'female'
  const height = Math.round(random.about(isWoman ? 166 : 180, 6) - Math.max(0, age - 60) / 8)
  const bmi = random.about(26, 3)
  return {
    height,
    weight: bmi * (height / 100) ** 2,
    systolic: Math.round(random.about(112 + age * 0.35, 7)),
    diastolic: Math.round(random.about(76, 5)),
    creatinine: Math.round(random.about(isWoman ? 65 : 80, 7) + Math.max(0, age - 65) / 3),
    hb: Math.round(random.about(isWoman ? 133 : 148, 6)),
  }
}

export const CODE_SYSTEMS = {
  icd: 'urn:oid:1.2.752.116.1.1.1',
  kva: 'urn:oid:1.2.752.116.1.3.2',
  atc: 'http://www.whocc.no/atc',
  npu: 'urn:oid:1.2.752.108.1',
  loinc: 'http://loinc.org',
  ucum: 'http://unitsofmeasure.org',
} as const

/** A contact with care, that other records belong to. */
export interface Visit {
  readonly chart: Chart
  readonly id: string
  readonly role: UnitRole
  readonly unit: string
  readonly at: Moment
  readonly by: Colleague
}

export interface VisitOptions {
  readonly unit: UnitRole
  readonly day: Day
  /** Minutes after midnight; by chance within office hours when not said. */
  readonly at?: number
  readonly length?: number
  readonly kind?: 'AMB' | 'VR' | 'EMER' | 'IMP' | 'HH'
  readonly type: string
  readonly reason?: DiagnosisCode
  /** What the clinician calls it. */
  readonly reasonText?: string
  readonly by?: 'doctor' | 'nurse'
  /** Who, when it must be one of them. */
  readonly who?: Colleague
}

/** Something happens between the patient and care. It must not be later than now. */
export function visit(chart: Chart, options: VisitOptions): Visit {
  const { unit, day, kind = 'AMB', length = 20 } = options
  const team = teamAt(chart.region, unit)
  const by = options.who ?? familiar(chart, options.by === 'nurse' ? team.nurses : team.doctors)
  const minutes = options.at ?? 8 * 60 + 5 * chart.random.whole(0, 95)
  const at = { day, minutes }
  const made: Visit = { chart, id: chart.random.uuid(), role: unit, unit: team.unit.hsaId, at, by }
  if (kind !== 'IMP')
    put(chart, encounterOf(made, options, kind, { day, minutes: minutes + length }))
  return made
}

/** The same doctor most times: continuity is the point of a health centre. */
function familiar(chart: Chart, team: readonly Colleague[]): Colleague {
  const own = team[chart.person.index % team.length] as Colleague
  return chart.random.chance(0.7) ? own : chart.random.pick(team)
}

/** The Encounter of a visit. `end` is `undefined` for one that goes on. */
export function encounterOf(
  { chart, id, unit, at, by }: Visit,
  { type, reason, reasonText }: Pick<VisitOptions, 'type' | 'reason' | 'reasonText'>,
  kind: NonNullable<VisitOptions['kind']>,
  end: Moment | undefined,
): Encounter {
  return {
    resourceType: 'Encounter',
    id,
    meta: metaOf(unit),
    status: end ? 'finished' : 'in-progress',
    class: {
      system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
      code: kind,
      display: CLASSES[kind],
    },
    type: [{ text: type }],
    subject: subjectOf(chart),
    participant: [
      {
        type: [{ coding: [{ system: PARTICIPATION, code: 'ATND' }] }],
        individual: referenceTo(by),
      },
    ],
    period: { start: textOf(at), ...(end ? { end: textOf(end) } : {}) },
    ...(reason ? { reasonCode: [diagnosisOf(reason, reasonText)] } : {}),
    serviceProvider: { reference: `Organization/${idOf(unit)}` },
  }
}

const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
const CLASSES = {
  AMB: 'ambulatory',
  VR: 'virtual',
  EMER: 'emergency',
  IMP: 'inpatient encounter',
  HH: 'home health',
} as const

export function put(chart: Chart, resource: FhirResource): void {
  chart.resources.push(resource)
}

export const metaOf = (unit: string) => ({ source: `${HSA}#${unit}` })
export const subjectOf = (chart: Chart): Reference => ({ reference: `Patient/${chart.patientId}` })
export const encounterReference = ({ id }: Visit): Reference => ({ reference: `Encounter/${id}` })
export const textOf = ({ day, minutes }: Moment) => timeText(day, minutes)

export function referenceTo({ hsaId, name, title }: Colleague): Reference {
  return { reference: `Practitioner/${idOf(hsaId)}`, display: `${name}, ${title}` }
}

export function diagnosisOf(code: DiagnosisCode, text?: string): CodeableConcept {
  const display = DIAGNOSES[code]
  return { coding: [{ system: CODE_SYSTEMS.icd, code, display }], text: text ?? display }
}

export const ageAt = (chart: Chart, day: Day) => ageOn(chart.person.birth, day)

/** A little later on the same visit. */
export function later({ day, minutes }: Moment, by: number): Moment {
  const all = Math.round(minutes + by)
  return { day: day + Math.floor(all / 1440), minutes: ((all % 1440) + 1440) % 1440 }
}

/** Whether a moment has come. */
export function hasCome(chart: Chart, { day, minutes }: Moment): boolean {
  return day < chart.now.day || (day === chart.now.day && minutes <= chart.now.minutes)
}

export const atLatestNow = (chart: Chart, moment: Moment): Moment =>
  hasCome(chart, moment) ? moment : chart.now
