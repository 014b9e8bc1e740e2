import { type AwayRegion, takesPart } from './away-region.ts'
import { query } from './db/sql.ts'
import { Problem } from './fhir/problem.ts'
import { learnProviders } from './law/holdings.ts'
import type { National } from './national.ts'
import type { OpenRegion, RegionsParts } from './regions.ts'
import { createIndexedPersons, type IndexedPersons } from './systems/federation/indexed-persons.ts'
import type { Persons } from './systems/federation/persons.ts'
import type { RivtaSettings } from './systems/registry/open-legacy.ts'
import type { RegionRecord } from './systems/registry/registry.ts'

/** The regions as they are now: those that are open, and those that take part and can't be opened. */
interface Now {
  readonly open: ReadonlyMap<string, OpenRegion>
  readonly away: ReadonlyMap<string, AwayRegion>
}

/** Persons whose places the national engagement index and other Kärnas are asked about too, where there are any. */
export function indexedPersons(
  { db, now, national }: RegionsParts,
  persons: Persons,
  regions: Now,
): IndexedPersons {
  return createIndexedPersons(persons, {
    now,
    isUsed: () => national?.index !== undefined || peersIn(regions).length > 0,
    async find(number) {
      const region = (system: string) => systemRegion(national, takingPart(regions), system)
      const found = national?.index ? await national.find(number, region) : []
      const told = found.map(({ region, controller }) => ({
        region,
        isSaid: true,
        provider: providersIn(recordIn(regions, region)).find((each) =>
          each.startsWith(`${controller}-`),
        ),
      }))
      const asked = peersIn(regions)
      return [...told, ...asked.map((region) => ({ region, isSaid: false, provider: undefined }))]
    },
    async patientIn(region, number) {
      const { record, legacy, peer } = regions.open.get(region) ?? {}
      if (regions.away.has(region) || record?.state === 'paused') {
        throw new Problem('transient', 'The region is away')
      }
      return peer ? peer.patientOf(number) : legacy?.patientOf?.(number)
    },
    async learn(region, patient, providers) {
      if (recordIn(regions, region)?.kind === 'karna') return // whose facts come from there
      for (const statement of learnProviders(region, patient, providers)) {
        await query(db, statement)
      }
      regions.open.get(region)?.facts.forget(patient)
    },
  })
}

/** Other Kärnas know best themselves whom they have records of: each is asked, and one that is away is a doubt. */
function peersIn(regions: Now): readonly string[] {
  return takingPart(regions).flatMap(({ record: { id, kind } }) => (kind === 'karna' ? [id] : []))
}

function takingPart({ open, away }: Now): readonly Pick<OpenRegion, 'record'>[] {
  return [...open.values(), ...away.values()].filter(({ record }) => takesPart(record))
}

const recordIn = ({ open, away }: Now, region: string) =>
  (open.get(region) ?? away.get(region))?.record

/** The region that a system of an HSA-id is of. */
export function systemRegion(
  national: National | undefined,
  opened: Iterable<Pick<OpenRegion, 'record'>>,
  system: string,
): string | undefined {
  const { ours = {}, systems = {} } = national?.settings ?? {}
  const own = Object.entries(ours).find(([, each]) => each.system === system)?.[0]
  const told = Object.entries(systems).find(([, each]) => each.includes(system))?.[0]
  const live = [...opened].filter(({ record }) => takesPart(record))
  const asked = live.find(({ record }) => systemsIn(record.settings).includes(system))?.record.id
  return own ?? told ?? asked
}

function systemsIn(settings: Readonly<Record<string, unknown>>): readonly string[] {
  const { sources } = settings as unknown as Partial<RivtaSettings>
  return listIn(sources).flatMap(({ logicalAddress }) => logicalAddress ?? [])
}

/** HSA-ids of the care providers whose records a region's own system keeps. */
function providersIn(record: RegionRecord | undefined): readonly string[] {
  const settings = (record?.settings ?? {}) as unknown as Partial<RivtaSettings>
  const named = listIn(settings.providers).map(({ hsaId }) => hsaId)
  return [...named, ...listIn(settings.units).map(({ provider }) => provider)]
}

/** Settings that can't be opened may hold anything. */
const listIn = <Each>(list: readonly Each[] | undefined): readonly Each[] =>
  Array.isArray(list) ? list : []

/** Tells the national index what is new in a region's store; while it's away, it's told later. */
export async function tellIndexOf(
  { db, national }: RegionsParts,
  persons: Persons,
  { record, own }: OpenRegion,
): Promise<void> {
  const { id: region } = record
  await national
    ?.tell({ db, region, store: own, numberOf: numbersIn(persons, region) })
    .catch((thrown: unknown) => {
      if (!(thrown instanceof Problem) || thrown.code !== 'transient') throw thrown
    })
}

/** The number of a region's patient, for services that know people by it. */
export function numbersIn({ byPatient, numberOf }: Persons, region: string) {
  return async (patient: string): Promise<string | undefined> => {
    const person = await byPatient(region, patient)
    return person === undefined ? undefined : numberOf(person)
  }
}
