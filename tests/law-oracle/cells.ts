import type { Actor, Entry, Event, Patient } from './oracle.ts'

/** One question: who, about whom, what. */
export interface Cell {
  readonly actor: Actor
  readonly patient: Patient
  readonly entry: Entry
}

/** Chance that can be had again: mulberry32. */
export function chanceFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const WORKPLACES = ['SE1-a', 'SE1-b', 'SE1-c', 'SE2-a'] as const
const employerOf = (workplace: string) => workplace.slice(0, 3)
const PROCESSES = ['', '', '', 'stroke', 'hip'] as const
const NAMES = ['anna', 'bo'] as const
const TYPES = [
  'Observation',
  'Observation',
  'MedicationRequest',
  'AllergyIntolerance',
  'Appointment',
  'Encounter',
  'Patient',
  'Composition',
] as const
const PERIODS: readonly (readonly [number, number])[] = [
  [-99_999, 99_999],
  [-99_999, 99_999],
  [2020, 2021],
  [2022, 99_999],
  [-99_999, 2019],
]

/** Cells in which nearly every condition of the law is met about as often as not. */
export function cellsFrom(seed: number): () => Cell {
  const chance = chanceFrom(seed)
  const one = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T
  const often = (share: number) => chance() < share
  return () => {
    const actor = anActor(one, often)
    const patient: Patient = {
      name: 'p1',
      age: one([-1, 5, 12, 13, 17, 18, 40, 40, 40]),
      events: events(one, often, actor),
    }
    return { actor, patient, entry: anEntry(one, often, actor) }
  }
}

type One = <T>(list: readonly T[]) => T
type Often = (share: number) => boolean

function anActor(one: One, often: Often): Actor {
  const workplace = one(WORKPLACES)
  return {
    who: one([
      'employee',
      'employee',
      'employee',
      'employee',
      'patient',
      'guardian',
      'agent',
      'machine',
    ]),
    profession: one([
      'doctor',
      'doctor',
      'nurse',
      'nurse',
      'assistant-nurse',
      'secretary',
      'administrator',
      'auditor',
    ]),
    task: often(0.75)
      ? 'care'
      : one([
          'care-administration',
          'required-documentation',
          'quality',
          'administration',
          'statistics',
          'feasibility-count',
        ]),
    name: one(NAMES),
    workplace,
    employer: employerOf(workplace),
    process: one(PROCESSES),
    cameFor: often(0.9) ? 'p1' : 'p2',
    stated: often(0.15) ? 'called in' : '',
    app: often(0.8) ? [] : anApp(one),
  }
}

/** An app is launched for one patient at most; each of its scopes is of that one, or of all. */
function anApp(one: One): Actor['app'] {
  const launched = one(['p1', 'p2'])
  return [
    { type: one(['*', 'Observation', 'Appointment', 'Patient']), only: one(['', launched]) },
    { type: one(['MedicationRequest', 'Encounter']), only: one(['', launched]) },
  ]
}

function events(one: One, often: Often, actor: Actor): Event[] {
  const list: Event[] = []
  const add = (share: number, event: () => Event) => {
    if (often(share)) list.push(event())
  }
  const by = () => (often(0.8) ? actor.name : one(NAMES))
  const at = () => (often(0.8) ? actor.workplace : one(WORKPLACES))
  add(0.6, () => ({ what: 'visited', workplace: actor.workplace }))
  add(0.3, () => ({ what: 'visited', workplace: one(WORKPLACES) }))
  add(0.15, () => ({ what: 'stated-relation', by: by(), at: at() }))
  add(0.5, () => ({ what: 'chose-other-units', by: by(), at: at() }))
  for (const share of [0.4, 0.2]) {
    if (!often(share)) continue
    const [workplace, process] = one([
      [one(WORKPLACES), ''],
      [one(WORKPLACES), ''],
      ['', one(['stroke', 'hip'])],
      [one(WORKPLACES), 'stroke'],
    ])
    list.push({
      what: 'patient-blocked',
      workplace: workplace ?? '',
      process: process ?? '',
      years: one(PERIODS),
      butDrugs: often(0.2),
      butAlerts: often(0.2),
    })
    add(0.4, () => ({
      what: 'lifted',
      by: by(),
      at: at(),
      workplace: workplace ?? '',
      process: process ?? '',
      wholly: often(0.8),
    }))
  }
  for (const share of [0.15, 0.1]) {
    if (!often(share)) continue
    const workplace = one(['', '', ...WORKPLACES])
    const employer = workplace === '' ? one(['SE1', 'SE2']) : employerOf(workplace)
    list.push({ what: 'patient-blocked-employer', employer, workplace })
  }
  add(0.3, () => ({
    what: 'patient-agreed',
    to: one([actor.employer, actor.workplace, actor.name, 'SE9']),
    aboutEmployer: one(['', '', 'SE1', 'SE2']),
  }))
  add(0.5, () => ({
    what: 'opened',
    by: by(),
    at: at(),
    employer: one(['SE1', 'SE2']),
    because: one(['consent', 'consent', 'incapacity', 'emergency']),
    wholly: often(0.8),
  }))
  add(0.5, () => ({ what: 'is-guardian', name: one(NAMES) }))
  add(0.5, () => ({ what: 'is-agent', name: one(NAMES) }))
  return list
}

function anEntry(one: One, often: Often, actor: Actor): Entry {
  const workplace = often(0.3) ? actor.workplace : one(WORKPLACES)
  return {
    type: one(TYPES),
    about: 'p1',
    workplace,
    employer: employerOf(workplace),
    process: one(PROCESSES),
    mark: often(0.85)
      ? 'none'
      : one(['insurance-medicine', 'block', 'not-for-patient', 'not-for-guardian']),
    year: one([0, 2018, 2020, 2021, 2023]),
  }
}
