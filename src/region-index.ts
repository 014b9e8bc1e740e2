import { query } from './db/sql.ts'
import { Problem } from './fhir/problem.ts'
import { learnProviders } from './law/holdings.ts'
import type { National } from './national.ts'
import type { OpenRegion, RegionsParts } from './regions.ts'
import { createIndexedPersons, type IndexedPersons } from './systems/federation/indexed-persons.ts'
import type { Persons } from './systems/federation/persons.ts'
import type { RivtaSettings } from './systems/registry/open-legacy.ts'

type Opened = () => ReadonlyMap<string, OpenRegion>

/** Persons whose places the national engagement index is asked about too, where it's in use. */
export function indexedPersons(
  { db, now, national }: RegionsParts,
  persons: Persons,
  opened: Opened,
): IndexedPersons {
  if (!national?.index) return { ...persons, doubts: () => [] }
  return createIndexedPersons(persons, {
    now,
    async find(number) {
      const found = await national.find(number, (system) =>
        systemRegion(national, opened().values(), system),
      )
      return found.map(({ region, controller }) => ({
        region,
        provider: providersIn(opened().get(region)).find((each) =>
          each.startsWith(`${controller}-`),
        ),
      }))
    },
    async patientIn(region, number) {
      const legacy = opened().get(region)?.legacy
      return legacy?.patientOf?.(number).catch((thrown: unknown) => {
        if (thrown instanceof Problem && thrown.code === 'transient') return undefined
        throw thrown
      })
    },
    async learn(region, patient, providers) {
      for (const statement of learnProviders(region, patient, providers)) {
        await query(db, statement)
      }
      opened().get(region)?.facts.forget(patient)
    },
  })
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
