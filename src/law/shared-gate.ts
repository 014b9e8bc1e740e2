import type { Author, RecordSystem } from '../fhir/record-system.ts'
import type { Access } from './access.ts'
import type { AccessLog } from './access-log.ts'
import type { Alerts, NewAlert } from './alerts/alerts.ts'
import type { LookUps } from './alerts/look-ups.ts'
import type { Facts, PatientFacts } from './facts.ts'
import type { Gate } from './gate.ts'
import { createGate } from './law.ts'
import type { ActedAs, LogEntry } from './log-entry.ts'
import type { NationalServices } from './national-services.ts'
import { type Stated, statedOf } from './stated.ts'

/** Where a person has records: the engagement index. */
export interface PersonPlaces {
  whereIs(
    person: string,
  ): Promise<readonly { readonly region: string; readonly patient: string | undefined }[]>
  byPatient(region: string, patient: string): Promise<string | undefined>
  /** What an id of the federation that is no person's leads to. */
  regionalOf(id: string): Promise<{ readonly region: string; readonly id: string } | undefined>
}

/** What the gate in front of all regions together is made of. */
export interface SharedGateParts {
  /** The federation: its patients are persons, its other ids have their region before them. */
  readonly system: RecordSystem
  /** The same in one person's name: other Kärnas are told who asks and what lets them, by the person it's about. */
  readonly systemFor: (
    access: Access,
    statedFor: (person: string) => Promise<Stated>,
  ) => RecordSystem
  readonly persons: PersonPlaces
  /** What is known of a region's patients; `undefined` for a region that doesn't take part. */
  readonly factsOf: (region: string) => Facts | undefined
  readonly regions: () => readonly string[]
  /** What is decided about persons rather than about one region's patients. */
  readonly own: Facts
  readonly log: AccessLog
  readonly lookUps: LookUps
  readonly alerts: Alerts
  readonly now: () => number
  /** What the national security services say; persons are named. */
  readonly national?: NationalServices | undefined
}

/** The name of all regions together, in addresses and in the log. */
export const ALL_REGIONS = 'all'

/**
 * The gate in front of all regions together. The same law as in each of them, over what each of them knows of the person:
 * its blocks close, its holdings are what there is to be opened (2022:913), and its log gets its own row.
 */
export function createSharedGate(parts: SharedGateParts): Gate {
  const { system } = parts
  const facts = factsOfPersons(parts)
  const gate = createGate({
    region: ALL_REGIONS,
    system,
    systemFor: (access) =>
      parts.systemFor(access, async (person) => statedOf(access, await facts.of(person))),
    facts,
    log: logOfAll(parts),
    lookUps: { meet: (access, lookUp) => parts.lookUps.meet(atHome(access), lookUp) },
    alerts: { raise: async (alert) => parts.alerts.raise(await alertAtHome(parts.persons, alert)) },
    now: parts.now,
    national: parts.national,
    originOf: undefined as Author['originOf'],
  })
  return {
    region: ALL_REGIONS,
    capability: () => gate.capability(),
    read: (access, key, version) => gate.read(asAll(access), key, version),
    search: (access, query) => gate.search(asAll(access), query),
    history: (access, query) => gate.history(asAll(access), query),
    transact: (access, changes) => gate.transact(asAll(access), changes),
    operate: (access, operation) => gate.operate(asAll(access), operation),
    countPersons: (access, query) => gate.countPersons(asAll(access), query),
  }
}

/** In all regions, and still of the region where the commission is: whose log it is, whatever is said of the access on the way. */
const asAll = (access: Access) => ({ ...access, region: ALL_REGIONS, home: access.region })

const atHome = <Actor extends ActedAs>(access: Actor): Actor =>
  'home' in access && typeof access.home === 'string' ? { ...access, region: access.home } : access

/**
 * Where somebody's records are, and under which id in each region. A region's own patient, named with the region before, is
 * the person they are known to be: the law asks what everybody knows of them. One without a number is known there alone.
 */
async function whereIs(persons: PersonPlaces, patient: string) {
  const places = await persons.whereIs(patient)
  if (places.length > 0) return { person: patient, places }
  const regional = await persons.regionalOf(patient)
  if (!regional) return { person: undefined, places: [] }
  const { region, id } = regional
  const person = await persons.byPatient(region, id)
  return person === undefined
    ? { person, places: [{ region, patient: id }] }
    : { person, places: await persons.whereIs(person) }
}

function factsOfPersons(parts: SharedGateParts): Facts {
  const { own, persons, factsOf, regions } = parts

  async function of(patient: string): Promise<PatientFacts> {
    const { person, places } = await whereIs(persons, patient)
    const regional = places.flatMap(({ region, patient }) => {
      const facts = factsOf(region)
      return facts && patient !== undefined ? [facts.of(patient)] : []
    })
    const decided = [...new Set([patient, person ?? patient])].map(own.of)
    return together(patient, await Promise.all([...decided, ...regional]))
  }

  return {
    of,
    ofMany: (people) => Promise.all(people.map(of)),
    remembers: own.remembers,
    forget: own.forget,
    async protectedByMerge() {
      const found = await Promise.all(
        regions().map(async (region) => {
          const patients = (await factsOf(region)?.protectedByMerge()) ?? []
          return Promise.all(
            patients.map(
              async (each) => (await persons.byPatient(region, each)) ?? `${region}.${each}`,
            ),
          )
        }),
      )
      return [...new Set(found.flat())]
    },
    async patientsOf(unit) {
      const found = await Promise.all(
        regions().map(async (region) => {
          const patients = (await factsOf(region)?.patientsOf(unit)) ?? []
          return Promise.all(patients.map((patient) => persons.byPatient(region, patient)))
        }),
      )
      return [...new Set(found.flat().flatMap((person) => person ?? []))]
    },
    decide: own.decide,
    end: own.end,
  }
}

/** What all regions know of one person: protected in one is protected in all, and a block anywhere closes. */
function together(patient: string, known: readonly PatientFacts[]): PatientFacts {
  const [first] = known
  return {
    patient,
    today: first?.today ?? '',
    birthDate: agreed(known.flatMap(({ birthDate }) => birthDate ?? [])),
    isProtected: known.some(({ isProtected }) => isProtected),
    careRelations: [...new Set(known.flatMap(({ careRelations }) => careRelations))],
    holdings: known.flatMap(({ holdings }) => holdings),
    decisions: known.flatMap(({ decisions }) => decisions),
  }
}

/** Where the regions differ, nothing is known. */
function agreed(dates: readonly string[]): string | undefined {
  const [only, second] = new Set(dates)
  return second === undefined ? only : undefined
}

/** A row where the reader works, about the person as known there, and one in each region that something came from. */
function logOfAll({ log, persons }: SharedGateParts): AccessLog {
  return {
    contextOf: (access) => log.contextOf(atHome(access)),
    async append(entries) {
      const rows = await Promise.all(
        entries.map((entry) => rowsOf(persons, { ...entry, access: atHome(entry.access) })),
      )
      await log.append(rows.flat())
    },
  }
}

/** Reviewers know the patient by the id that their region has. */
async function alertAtHome(persons: PersonPlaces, alert: NewAlert): Promise<NewAlert> {
  const access = atHome(alert.access)
  if (alert.patient === undefined) return { ...alert, access }
  const { places } = await whereIs(persons, alert.patient)
  const own = places.find(({ region }) => region === access.region)?.patient
  return { ...alert, access, patient: own ?? alert.patient }
}

async function rowsOf(persons: PersonPlaces, entry: LogEntry): Promise<LogEntry[]> {
  const { access, patient, resources } = entry
  const { places } = patient === undefined ? { places: [] } : await whereIs(persons, patient)
  const idIn = (region: string) => places.find((each) => each.region === region)?.patient ?? patient
  const byRegion = new Map<string, string[]>([[access.region, []]])
  for (const name of resources) {
    for (const { region, as } of await namesIn(persons, name, places, access.region)) {
      byRegion.set(region, [...(byRegion.get(region) ?? []), as])
    }
  }
  return [...byRegion].map(([region, names]) => ({
    ...entry,
    access: { ...access, region },
    patient: idIn(region),
    resources: names,
  }))
}

/**
 * What a region calls what was disclosed: `Observation/vgr.17/1` is vgr's `Observation/17/1`. A person is shown as several
 * regions know them, so each of those is told, and no version.
 */
async function namesIn(
  persons: PersonPlaces,
  name: string,
  places: Awaited<ReturnType<typeof whereIs>>['places'],
  home: string,
): Promise<readonly { readonly region: string; readonly as: string }[]> {
  const [type = '', id = '', ...rest] = name.split('/')
  const regional = await persons.regionalOf(id)
  if (regional) {
    return [{ region: regional.region, as: [type, regional.id, ...rest].join('/') }]
  }
  const known = places.flatMap(({ region, patient }) =>
    patient === undefined ? [] : [{ region, as: `${type}/${patient}` }],
  )
  return type === 'Patient' && known.length > 0 ? known : [{ region: home, as: name }]
}
