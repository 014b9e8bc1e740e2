import type { CourseName } from './courses/courses.ts'
import { FAMILY_NAMES, GIVEN_NAMES, STREETS } from './facts/names.ts'
import type { TakeNumber } from './facts/personnummer.ts'
import { PLACES, type PlaceRegion } from './facts/places.ts'
import type { Person } from './person.ts'
import { type Random, randomFrom } from './random.ts'
import type { Day } from './time.ts'
import { workday, yearOf } from './time.ts'

/** A person and what their ten years were about. */
export interface Life {
  readonly person: Person
  readonly course: CourseName
  /** Other regions that know the person. */
  readonly alsoIn: readonly string[]
}

const REGION_WEIGHTS: readonly (readonly [PlaceRegion, number])[] = [
  ['vgr', 50],
  ['vasterbotten', 10],
  ['skane', 9],
  ['stockholm', 10],
  ['orebro', 6],
  ['sormland', 6],
  ['blekinge', 4],
  ['vasternorrland', 5],
]

/** Courses by how common, with ages in years. */
const COURSES: readonly {
  readonly name: CourseName
  readonly weight: number
  readonly ages: readonly [number, number]
  readonly sex?: 'female'
}[] = [
  { name: 'healthy', weight: 26, ages: [18, 80] },
  { name: 'diabetes', weight: 14, ages: [48, 86] },
  { name: 'heartFailure', weight: 9, ages: [68, 92] },
  { name: 'copd', weight: 8, ages: [58, 84] },
  { name: 'hipFracture', weight: 6, ages: [74, 95] },
  { name: 'pregnancy', weight: 8, ages: [25, 40], sex: 'female' },
  { name: 'childhoodAsthma', weight: 8, ages: [5, 12] },
  { name: 'depression', weight: 8, ages: [20, 64] },
  { name: 'alcohol', weight: 4, ages: [32, 70] },
  { name: 'cancer', weight: 9, ages: [52, 84] },
]

/** Years of birth that children may have: those whose test numbers are known for each date. */
const CHILD_YEARS = [2014, 2015, 2016, 2019]

/** People, household by household: an adult with a course, now and then a partner, a child or both at the same address. */
export function* livesFrom(
  seed: string,
  { first, count, take }: { first: number; count: number; take: TakeNumber },
  today: Day,
): Generator<Life> {
  const random = randomFrom(`${seed} people`)
  let index = first
  while (index < count) {
    const home = homeOf(random)
    const members = householdOf(random, yearOf(today))
    const relatives: Person[] = []
    for (const { course, sex, year, role } of members.slice(0, count - index)) {
      const names = namesOf(random, year, sex)
      const kinOf = relatives[0]
      const own = kinOf?.died === undefined ? random : randomFrom(`${seed} kin ${index}`)
      const person: Person = {
        ...take(random, year, sex),
        index,
        sex,
        given: names,
        family: home.family,
        region: home.region,
        home: home.address,
        phone: phoneOf(random),
        kin:
          kinOf && kinOf.died === undefined
            ? kinFrom(kinOf, role)
            : strangerKin(own, home.family, year, yearOf(today)),
        ...(index % 97 === 41 ? { isProtected: true as const } : {}),
        ...deathOf(randomFrom(`${seed} death ${index}`), course, today, year),
      }
      relatives.push(person)
      index++
      yield { person, course, alsoIn: alsoIn(random, home.region) }
    }
  }
}

/** Illnesses that people die of, with the share who have, of those above {@link OLD}. */
const DEADLY: Partial<Record<CourseName, number>> = {
  heartFailure: 0.2,
  copd: 0.2,
  hipFracture: 0.25,
  cancer: 0.3,
}
const OLD = 72

function deathOf(random: Random, course: CourseName, today: Day, born: number) {
  const isDead = yearOf(today) - born > OLD && random.chance(DEADLY[course] ?? 0)
  return isDead ? { died: workday(today - random.whole(20, 900)) } : {}
}

interface Member {
  readonly course: CourseName
  readonly sex: 'female' | 'male'
  readonly year: number
  readonly role: 'first' | 'partner' | 'child'
}

function householdOf(random: Random, thisYear: number): Member[] {
  const { name, ages, sex: only } = random.weighted(COURSES.map((each) => [each, each.weight]))
  const sex = only ?? (random.chance(0.5) ? 'female' : 'male')
  const first: Member = {
    course: name,
    sex,
    year: birthYear(random, ages, thisYear),
    role: 'first',
  }
  const members = [first]
  if (name === 'childhoodAsthma') return members
  const age = thisYear - first.year
  if (age > 24 && random.chance(0.4)) {
    const year = Math.max(1926, Math.min(thisYear - 22, first.year + random.whole(-4, 4)))
    const other = sex === 'female' ? 'male' : 'female'
    members.push({ course: courseFor(random, thisYear - year), sex: other, year, role: 'partner' })
  }
  if (age > 26 && age < 46 && random.chance(0.45)) {
    const year = random.pick(CHILD_YEARS)
    const course = random.chance(0.3) ? 'childhoodAsthma' : 'child'
    members.push({ course, sex: random.chance(0.5) ? 'female' : 'male', year, role: 'child' })
  }
  return members
}

function courseFor(random: Random, age: number): CourseName {
  const fitting = COURSES.filter(({ ages, sex }) => !sex && age >= ages[0] && age <= ages[1])
  return fitting.length > 0
    ? random.weighted(fitting.map(({ name, weight }) => [name, weight]))
    : 'healthy'
}

function birthYear(
  random: Random,
  [low, high]: readonly [number, number],
  thisYear: number,
): number {
  const year = thisYear - random.whole(low, high)
  return year >= 2014 ? random.pick(CHILD_YEARS) : year
}

function namesOf(random: Random, year: number, sex: 'female' | 'male'): string[] {
  const era = GIVEN_NAMES.findLast(({ from }) => year >= from) ?? GIVEN_NAMES[0]
  const names = era?.[sex] ?? []
  const first = random.pick(names)
  const second = random.pick(names)
  return second === first ? [first] : [first, second]
}

function homeOf(random: Random) {
  const region = random.weighted(REGION_WEIGHTS)
  const place = random.pick(PLACES[region])
  const digits = String(random.whole(10, 79))
  return {
    family: random.pick(FAMILY_NAMES),
    region,
    address: {
      street: `${random.pick(STREETS)} ${random.whole(1, 68)}${random.chance(0.2) ? ' B' : ''}`,
      postalCode: `${place.postal} ${digits}`,
      place,
    },
  }
}

/** Numbers that nobody has. Source: PTS, telefonnummer för film, böcker och tv: 070-1740605–0701740699. */
function phoneOf(random: Random): string {
  return `070-174 06 ${random.whole(5, 99).toString().padStart(2, '0')}`
}

function kinFrom(person: Person, role: Member['role']): NonNullable<Person['kin']> {
  const name = `${person.given[0]} ${person.family}`
  const parent = person.sex === 'female' ? 'mor' : 'far'
  const partner = person.sex === 'female' ? 'hustru' : 'make'
  return { name, relation: role === 'child' ? parent : partner, phone: person.phone }
}

function strangerKin(
  random: Random,
  family: string,
  year: number,
  thisYear: number,
): NonNullable<Person['kin']> {
  const age = thisYear - year
  const [relation, sex, older] = random.pick<readonly [string, 'female' | 'male', number]>(
    age < 18
      ? [
          ['mor', 'female', -30],
          ['far', 'male', -31],
        ]
      : age < 35
        ? [
            ['mor', 'female', -28],
            ['syster', 'female', 2],
            ['sambo', 'male', 1],
          ]
        : [
            ['dotter', 'female', 29],
            ['son', 'male', 29],
            ['syster', 'female', 3],
          ],
  )
  const given = namesOf(random, Math.min(2008, thisYear - age + older), sex)[0]
  return { name: `${given} ${family}`, relation, phone: phoneOf(random) }
}

/** One in ten is known elsewhere too: moved, works away, or has a summer house. */
function alsoIn(random: Random, home: string): string[] {
  if (!random.chance(0.1)) return []
  const others = REGION_WEIGHTS.map(([region]) => region).filter((region) => region !== home)
  const first = random.pick(others)
  const second = random.pick(others)
  return random.chance(0.3) && second !== first ? [first, second] : [first]
}
