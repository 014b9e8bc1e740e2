import { query } from './db/sql.ts'
import { Problem } from './fhir/problem.ts'
import { learnProviders } from './law/holdings.ts'
import type { National } from './national.ts'
import type { OpenRegion, RegionsParts } from './regions.ts'
import { createIndexedPersons, type IndexedPersons } from './systems/federation/indexed-persons.ts'
import type { Persons } from './systems/federation/persons.ts'
import type { RivtaSettings } from './systems/registry/open-legacy.ts'

type Opened = () => ReadonlyMap<string, OpenRegion>

/** Persons whose places the national engagement index and other Kärnas are asked about too, where there are any. */
export function indexedPersons(
  { db, now, national }: RegionsParts,
  persons: Persons,
  opened: Opened,
): IndexedPersons {
  return createIndexedPersons(persons, {
    now,
    isUsed: () => national?.index !== undefined || peersIn(opened()).length > 0,
    async find(number) {
      const region = (system: string) => systemRegion(national, opened().values(), system)
      const found = national?.index ? await national.find(number, region) : []
      const told = found.map(({ region, controller }) => ({
        region,
        isSaid: true,
        provider: providersIn(opened().get(region)).find((each) =>
          each.startsWith(`${controller}-`),
        ),
      }))
      const asked = peersIn(opened()).map(({ record }) => record.id)
      return [...told, ...asked.map((region) => ({ region, isSaid: false, provider: undefined }))]
    },
    async patientIn(region, number) {
      const { legacy, peer } = opened().get(region) ?? {}
      return peer ? peer.patientOf(number) : legacy?.patientOf?.(number)
    },
    async learn(region, patient, providers) {
      if (opened().get(region)?.peer) return // whose facts come from there
      for (const statement of learnProviders(region, patient, providers)) {
        await query(db, statement)
      }
      opened().get(region)?.facts.forget(patient)
    },
  })
}

/** Other Kärnas know best themselves whom they have records of: each is asked. */
function peersIn(open: ReadonlyMap<string, OpenRegion>): readonly OpenRegion[] {
  return [...open.values()].filter(({ record, peer }) => peer && record.state === 'live')
}

/** The region that a system of an HSA-id is of. */
export function systemRegion(
  national: National | undefined,
  opened: Iterable<OpenRegion>,
  system: string,
): string | undefined {
  const { ours = {}, systems = {} } = national?.settings ?? {}
  const own = Object.entries(ours).find(([, each]) => each.system === system)?.[0]
  const told = Object.entries(systems).find(([, each]) => each.includes(system))?.[0]
  const live = [...opened].filter(({ record }) => record.state === 'live')
  const asked = live.find(({ record }) => systemsIn(record.settings).includes(system))?.record.id
  return own ?? told ?? asked
}

function systemsIn(settings: Readonly<Record<string, unknown>>): readonly string[] {
  const { sources } = settings as unknown as Partial<RivtaSettings>
  return (sources ?? []).map(({ logicalAddress }) => logicalAddress)
}

/** HSA-ids of the care providers whose records a region's own system keeps. */
function providersIn(region: OpenRegion | undefined): readonly string[] {
  const settings = (region?.record.settings ?? {}) as unknown as Partial<RivtaSettings>
  const named = (settings.providers ?? []).map(({ hsaId }) => hsaId)
  return [...named, ...(settings.units ?? []).map(({ provider }) => provider)]
}

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
