import type { Demographics } from '../log-reading/demographics.ts'
import { folded } from '../log-reading/demographics.ts'
import type { Explanation } from './explain.ts'
import type { Visit } from './visit.ts'

/** What makes a visit worth a look. None proves anything. */
export type Sign =
  | 'own-record'
  | 'same-name'
  | 'same-family-name'
  | 'same-address'
  | 'neighbour'
  | 'colleague'
  | 'protected'
  | 'emergency-without-note'
  | 'stated-reason'
  | 'denied'
  | 'many-patients'
  | 'night'

/** How much each weighs. A judgement: family and address find most that is known, and have innocent reasons as well. */
const WEIGHTS: Readonly<Record<Sign, number>> = {
  'own-record': 6,
  'same-address': 5,
  'same-name': 4,
  'emergency-without-note': 4,
  'many-patients': 4,
  'same-family-name': 3,
  colleague: 3,
  protected: 3,
  neighbour: 2,
  'stated-reason': 1,
  denied: 1,
  night: 1,
}

/** These are looked at although the visit is explained: relatives are treated at one's own unit too. */
const IN_SPITE_OF_ALL: ReadonlySet<Sign> = new Set<Sign>([
  'own-record',
  'same-address',
  'same-name',
])

/** What is known of who is employed; as much as the directory tells. */
export interface StaffFacts {
  readonly name: string
  readonly family: string
  readonly personalNumber?: string | undefined
  readonly street?: string | undefined
  readonly postalCode?: string | undefined
}

/** What suspicion is judged by. */
export interface SuspicionFacts {
  staff(person: string): StaffFacts | undefined
  patient(patient: string): Demographics | undefined
  /** Whether a personal number is an employee's. */
  isEmployed(personalNumber: string): boolean
  /** Whether the unit wrote in the patient's record within a day from this time. */
  hasNote(patient: string, unit: string, from: number): boolean
  /** Persons who opened unusually many records without explanation in the period. */
  readonly busy: ReadonlySet<string>
}

/** A visit, judged. */
export interface Judged {
  readonly visit: Visit
  readonly explanations: readonly Explanation[]
  readonly signs: readonly Sign[]
  /** The higher, the sooner to be looked at; 0: no reason to. */
  readonly score: number
}

export function judgeVisit(
  visit: Visit,
  explanations: readonly Explanation[],
  facts: SuspicionFacts,
): Judged {
  const signs = [...signsOfKinship(visit, facts), ...signsOfAccess(visit, facts)]
  const isExplained = explanations.length > 0
  const counting = isExplained ? signs.filter((sign) => IN_SPITE_OF_ALL.has(sign)) : signs
  const weight = counting.reduce((sum, sign) => sum + WEIGHTS[sign], 0)
  return { visit, explanations, signs, score: isExplained ? weight / 2 : weight + 1 }
}

/** The most suspicious first; of equals the latest. */
export function rank(judged: readonly Judged[], size: number): readonly Judged[] {
  return judged
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || b.visit.last - a.visit.last)
    .slice(0, size)
}

function signsOfKinship(visit: Visit, facts: SuspicionFacts): Sign[] {
  const staff = facts.staff(visit.person)
  const patient = facts.patient(visit.patient)
  if (!patient) return []
  const signs: Sign[] = patient.isProtected ? ['protected'] : []
  const { personalNumber } = patient
  const isOwn = personalNumber !== undefined && personalNumber === staff?.personalNumber
  if (isOwn) signs.push('own-record')
  else if (personalNumber !== undefined && facts.isEmployed(personalNumber)) signs.push('colleague')
  if (!staff || isOwn) return signs
  if (folded(staff.name) === folded(patient.name)) signs.push('same-name')
  else if (folded(staff.family) === folded(patient.family)) signs.push('same-family-name')
  return [...signs, ...signsOfPlace(staff, patient)]
}

function signsOfPlace(staff: StaffFacts, patient: Demographics): Sign[] {
  if (!staff.street || !patient.street || staff.postalCode !== patient.postalCode) return []
  if (staff.street === patient.street) return ['same-address']
  const road = (street: string) => street.replace(/\s*\d.*$/, '')
  return road(staff.street) === road(patient.street) ? ['neighbour'] : []
}

function signsOfAccess(visit: Visit, facts: SuspicionFacts): Sign[] {
  const { accesses, patient, unit, first, person } = visit
  const bases = new Set(accesses.map(({ basis }) => basis?.split(':')[0]))
  const isEmergency =
    bases.has('emergency') || accesses.some(({ action }) => action === 'open-emergency')
  const signs: Sign[] = []
  if (isEmergency && !facts.hasNote(patient, unit, first)) signs.push('emergency-without-note')
  if (accesses.some(({ reason }) => reason !== undefined)) signs.push('stated-reason')
  if (accesses.some(({ outcome }) => outcome === 'deny')) signs.push('denied')
  if (facts.busy.has(person)) signs.push('many-patients')
  if (accesses.some(({ at }) => isNight(at))) signs.push('night')
  return signs
}

const HOUR = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm', hour: 'numeric' })

const isNight = (at: number) => {
  const hour = Number(HOUR.format(at).slice(0, 2))
  return hour >= 22 || hour < 6
}

/** Fewer patients than this without explanation are nobody's habit. */
const FEW = 5

/** Who opened at least {@link FEW} records without explanation, and four times as many as half of those who opened any. */
export function busyAmong(unexplained: readonly Visit[]): ReadonlySet<string> {
  const patients = new Map<string, Set<string>>()
  for (const { person, patient } of unexplained) {
    const seen = patients.get(person) ?? new Set()
    patients.set(person, seen.add(patient))
  }
  const counts = [...patients.values()].map(({ size }) => size).sort((a, b) => a - b)
  const median = counts[Math.floor(counts.length / 2)] ?? 0
  const others = counts.length > 1 ? median : 0
  const busy = [...patients].filter(([, { size }]) => size >= FEW && size >= 4 * others)
  return new Set(busy.map(([person]) => person))
}
