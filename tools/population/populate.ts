import type { FhirResource } from 'fhir/r4'
import { demoDirectory } from '../../src/identity/demo-directory.ts'
import { type Chart, type Moment, openChart } from './chart.ts'
import { bookings } from './courses/bookings.ts'
import { COURSES } from './courses/courses.ts'
import { callOff, death } from './courses/death.ts'
import { elsewhere } from './courses/elsewhere.ts'
import { allergies, routine } from './courses/routine.ts'
import { createNumbers } from './facts/personnummer.ts'
import { organisationsOf, teamAt } from './organisations.ts'
import { type Life, livesFrom } from './people.ts'
import { patientResource } from './person.ts'
import { createBeds } from './records/beds.ts'
import { dayOf } from './time.ts'
import { wardPatients } from './ward/ward.ts'

export interface PopulationOptions {
  /** The same seed gives the same people and the same records. */
  readonly seed: string
  /** How many people. The first are the inpatients of the ward. */
  readonly patients: number
  /** Now, as an ISO time with offset: `2026-11-24T13:05:00+01:00`. Nothing has happened later. */
  readonly until: string
}

/** One person's record in one region, or a region's organisations. */
export interface PopulationPart {
  readonly region: string
  readonly resources: readonly FhirResource[]
}

/**
 * Invented people and ten years of their records, as a stream: first each region's organisations and staff, then person by person.
 * The same options give the same bytes, and more patients only add to fewer.
 */
export function* populate({ seed, patients, until }: PopulationOptions): Generator<PopulationPart> {
  for (const { id } of demoDirectory.regions.filter((region) => region.id !== 'sandbox')) {
    yield { region: id, resources: [...organisationsOf(id)] }
  }
  const now = momentOf(until)
  const take = createNumbers()
  const inpatients = wardPatients(seed, now, take)
  const inBed = createBeds()
  for (const chart of inpatients.slice(0, patients)) yield partOf(chart, inBed)
  const rest = { first: inpatients.length, count: patients, take }
  for (const life of livesFrom(seed, rest, now.day)) {
    yield* recordsOf(life, now, seed, inBed)
  }
}

const NOON = 12 * 60

/** What is told of somebody who has died ends that day. */
function* recordsOf(
  life: Life,
  now: Moment,
  seed: string,
  inBed: ReturnType<typeof createBeds>,
): Generator<PopulationPart> {
  const { person, course, alsoIn } = life
  const own = `${seed} ${person.index}`
  const last = person.died === undefined ? now : { day: person.died, minutes: NOON }
  const chart = openChart(person, person.region, last, own)
  allergies(chart)
  COURSES[course](chart)
  routine(chart)
  bookings(chart)
  if (person.died !== undefined) death(chart)
  yield partOf(chart, inBed)
  for (const region of alsoIn) {
    const other = openChart(person, region, last, own)
    elsewhere(other)
    if (person.died !== undefined) callOff(other)
    yield partOf(other, inBed)
  }
}

/** The person comes first; then what happened, in the order it was written. */
function partOf(chart: Chart, inBed: ReturnType<typeof createBeds>): PopulationPart {
  const centre = teamAt(chart.region, chart.centre).unit
  const keeper = teamAt(chart.region, 'administration').unit
  const patient = patientResource(chart.person, chart.patientId, { centre, keeper })
  return { region: chart.region, resources: [patient, ...chart.resources.map(inBed)] }
}

function momentOf(until: string): Moment {
  const [, hours = '0', minutes = '0'] = /T(\d\d):(\d\d)/.exec(until) ?? []
  return { day: dayOf(until), minutes: Number(hours) * 60 + Number(minutes) }
}
