import type { Author, RecordSystem } from '../fhir/record-system.ts'
import type { Access } from './access.ts'
import type { AccessLog } from './access-log.ts'
import type { Facts, PatientFacts } from './facts.ts'
import type { Gate } from './gate.ts'
import { createGate } from './law.ts'
import type { LogEntry } from './log-entry.ts'
import type { NationalServices } from './national-services.ts'

/** Where a person has records: the engagement index. */
export interface PersonPlaces {
  whereIs(
    person: string,
  ): Promise<readonly { readonly region: string; readonly patient: string | undefined }[]>
  byPatient(region: string, patient: string): Promise<string | undefined>
}

/** What the gate in front of all regions together is made of. */
export interface SharedGateParts {
  /** The federation: its patients are persons, its other ids have their region before them. */
  readonly system: RecordSystem
  readonly persons: PersonPlaces
  /** What is known of a region's patients; `undefined` for a region that doesn't take part. */
  readonly factsOf: (region: string) => Facts | undefined
  readonly regions: () => readonly string[]
  /** What is decided about persons rather than about one region's patients. */
  readonly own: Facts
  readonly log: AccessLog
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
  const originals = new WeakMap<Access, Access>()
  const asAll = (access: Access): Access => {
    const copy: Access = { ...access, region: ALL_REGIONS }
    originals.set(copy, access)
    return copy
  }
  const gate = createGate({
    region: ALL_REGIONS,
    system,
    facts: factsOfPersons(parts),
    log: logOfAll(parts, (access) => originals.get(access) ?? access),
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

function factsOfPersons(parts: SharedGateParts): Facts {
  const { own, persons, factsOf, regions } = parts

  async function placesOf(person: string) {
    const places = await persons.whereIs(person)
    return places.flatMap(({ region, patient }) => {
      const facts = factsOf(region)
      return facts && patient !== undefined ? [{ facts, patient }] : []
    })
  }

  async function of(person: string): Promise<PatientFacts> {
    const places = await placesOf(person)
    const known = await Promise.all([
      own.of(person),
      ...places.map(({ facts, patient }) => facts.of(patient)),
    ])
    return together(person, known)
  }

  return {
    of,
    ofMany: (people) => Promise.all(people.map(of)),
    remembers: own.remembers,
    forget: own.forget,
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
    birthDate: known.find(({ birthDate }) => birthDate !== undefined)?.birthDate,
    isProtected: known.some(({ isProtected }) => isProtected),
    careRelations: [...new Set(known.flatMap(({ careRelations }) => careRelations))],
    holdings: known.flatMap(({ holdings }) => holdings),
    decisions: known.flatMap(({ decisions }) => decisions),
  }
}

/** A row where the reader works, about the person as known there, and one in each region that something came from. */
function logOfAll(
  { log, persons }: SharedGateParts,
  originalOf: (access: Access) => Access,
): AccessLog {
  return {
    contextOf: (access) => log.contextOf(originalOf(access)),
    async append(entries) {
      const rows = await Promise.all(
        entries.map((entry) => rowsOf(persons, { ...entry, access: originalOf(entry.access) })),
      )
      await log.append(rows.flat())
    },
  }
}

async function rowsOf(persons: PersonPlaces, entry: LogEntry): Promise<LogEntry[]> {
  const { access, patient, resources } = entry
  const places = patient === undefined ? [] : await persons.whereIs(patient)
  const idIn = (region: string) => places.find((each) => each.region === region)?.patient ?? patient
  const byRegion = Map.groupBy(resources, (name) => regionIn(name) ?? access.region)
  const home = byRegion.get(access.region) ?? []
  byRegion.delete(access.region)
  return [
    { ...entry, patient: idIn(access.region), resources: home },
    ...[...byRegion].map(([region, names]) => ({
      ...entry,
      access: { ...access, region },
      patient: idIn(region),
      resources: names.map((name) => name.replace(`/${region}.`, '/')),
    })),
  ]
}

/** `Observation/vgr.17/1` → `vgr`; a person is of no region. */
const regionIn = (name: string) => /^[A-Za-z]+\/([a-z][a-z-]*)\./.exec(name)?.[1]
