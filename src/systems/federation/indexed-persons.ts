import { Problem } from '../../fhir/problem.ts'
import type { CompletenessIssue } from '../../fhir/record-system.ts'
import type { Engagement, Persons } from './persons.ts'

/** What the national engagement index says of one person: the regions that have something. */
export interface IndexedPlace {
  readonly region: string
  /** HSA-id of the care provider that has it; `undefined`: not told. */
  readonly provider: string | undefined
  /** Whether it's said that there is something; else it's to be found out. */
  readonly isSaid: boolean
}

/** What persons are looked up with. */
export interface IndexParts {
  readonly now: () => number
  /** Whether there is anybody to ask. */
  readonly isUsed: () => boolean
  /** Where the index says that there is something about whoever has the number. @throws Problem `transient` */
  readonly find: (number: string) => Promise<readonly IndexedPlace[]>
  /** Their Patient.id in a region; `undefined` for nobody. @throws Problem `transient` when that can't be told */
  readonly patientIn: (region: string, number: string) => Promise<string | undefined>
  /** The law is told who has records, before it judges. */
  readonly learn: (region: string, patient: string, providers: readonly string[]) => Promise<void>
}

/** Persons whose places the national index is asked about too. */
export interface IndexedPersons extends Persons {
  /** What couldn't be found out about where these persons have records. */
  doubts(persons: Iterable<string>): readonly CompletenessIssue[]
}

/** Milliseconds that the index's answer is used; what's notified comes by itself. */
const FRESH = 30_000
/** Milliseconds until a silent index is asked again about the same person. */
const AGAIN = 2_000
const MOST = 10_000

/**
 * Asks the national index where a person has records before anybody is asked for them: what is written elsewhere is found
 * though nobody has told us. While the index is silent, what is known already is asked, and the doubt is told.
 */
export function createIndexedPersons(persons: Persons, parts: IndexParts): IndexedPersons {
  const { now } = parts
  const asked = new Map<
    string,
    { readonly answer: Promise<readonly CompletenessIssue[]>; until: number }
  >()
  const doubts = new Map<string, readonly CompletenessIssue[]>()

  function consult(person: string): Promise<readonly CompletenessIssue[]> {
    const there = asked.get(person)
    if (there && there.until > now()) return there.answer
    if (asked.size > MOST) {
      asked.clear()
      doubts.clear()
    }
    const answer = ask(persons, parts, person)
    const entry = { answer, until: now() + FRESH }
    asked.set(person, entry)
    answer.then(
      (issues) => {
        doubts.set(person, issues)
        if (issues.length > 0) entry.until = now() + AGAIN
      },
      () => asked.delete(person),
    )
    return answer
  }

  return {
    ...persons,
    async whereIs(person) {
      if (parts.isUsed()) await consult(person)
      return persons.whereIs(person)
    },
    doubts: (people) =>
      parts.isUsed() ? [...people].flatMap((person) => doubts.get(person) ?? []) : [],
  }
}

async function ask(
  persons: Persons,
  { find, patientIn, learn }: IndexParts,
  person: string,
): Promise<readonly CompletenessIssue[]> {
  const number = await persons.numberOf(person)
  if (number === undefined) return []
  const places = await find(number).catch((thrown: unknown) => {
    if (!(thrown instanceof Problem) || thrown.code !== 'transient') throw thrown
    return undefined
  })
  if (!places) return [SILENT]
  const known = new Map((await persons.whereIs(person)).map((each) => [each.region, each]))
  const byRegion = Map.groupBy(places, ({ region }) => region)
  const issues = await Promise.all(
    [...byRegion].map(async ([region, said]) => {
      const patient = await patientOf(known.get(region), () => patientIn(region, number))
      if (patient === 'unknown') return [notTold(region)]
      if (patient === undefined) return said.some(({ isSaid }) => isSaid) ? [notFound(region)] : []
      if (!known.get(region)?.patient) await persons.note({ number, region, patient })
      await learn(region, patient, [...new Set(said.flatMap(({ provider }) => provider ?? []))])
      return []
    }),
  )
  return issues.flat()
}

async function patientOf(
  known: Engagement | undefined,
  find: () => Promise<string | undefined>,
): Promise<string | 'unknown' | undefined> {
  if (known?.patient !== undefined) return known.patient
  return find().catch((thrown: unknown) => {
    if (thrown instanceof Problem) return 'unknown' as const
    throw thrown
  })
}

const notTold = (source: string): CompletenessIssue => ({
  source,
  kind: 'unavailable',
  message: 'Det gick inte att ta reda på om det finns uppgifter där',
})

const SILENT: CompletenessIssue = {
  source: 'Engagemangsindex',
  kind: 'unavailable',
  message:
    'Engagemangsindex svarar inte: det kan finnas uppgifter i fler regioner än de som tillfrågats',
}

const notFound = (source: string): CompletenessIssue => ({
  source,
  kind: 'unavailable',
  message: 'Engagemangsindex säger att det finns uppgifter, men patienten kunde inte slås upp',
})
