import { after } from 'node:test'
import type { FhirResource, Patient } from 'fhir/r4'
import { COSMIC } from '../../simulators/fhir-server/cosmic.ts'
import { MILLENNIUM } from '../../simulators/fhir-server/millennium.ts'
import type { FhirProduct } from '../../simulators/fhir-server/product.ts'
import { profileOf } from '../../simulators/rivta/connect.ts'
import { numberOf } from '../../simulators/rivta/demo-records.ts'
import { keptAs } from '../../simulators/rivta/encode-text.ts'
import { MELIOR, MELIOR_PLUS, TAKECARE } from '../../simulators/rivta/products.ts'
import type { ProductProfile } from '../../simulators/rivta/profile.ts'
import { startRivtaSimulator } from '../../simulators/rivta/rivta-simulator.ts'
import type { Database } from '../../src/db/database.ts'
import { parseJson } from '../../src/fhir/json/parse.ts'
import type { Author, RecordSystem } from '../../src/fhir/record-system.ts'
import type { ResourceType } from '../../src/fhir/resource-type.ts'
import { validResource } from '../../src/fhir/validation/validate.ts'
import { createStore } from '../../src/store/store.ts'
import { createComposedSystem } from '../../src/systems/composed/composed-system.ts'
import type { LegacySystem } from '../../src/systems/composed/legacy-system.ts'
import { createOutbox } from '../../src/systems/composed/outbox.ts'
import { createRoutes } from '../../src/systems/composed/routes.ts'
import {
  type InformationEntry,
  informationMap,
} from '../../src/systems/registry/information-map.ts'
import { lacksOf } from '../../src/systems/rivta/contracts/contracts.ts'
import { parseExactly } from '../../src/systems/rivta/provide/exact-json.ts'
import { isLaboratory } from '../../src/systems/rivta/provide/reports.ts'
import { createRivtaSystem } from '../../src/systems/rivta/rivta-system.ts'
import { everything, searchIn, startFhirServer } from '../fhir-server.ts'
import type { Lacking } from './clinical-answer.ts'

/** A region that runs a product, with what that lacks in our store beside it, as regions run them. */
export interface RegionUnderTest {
  readonly name: string
  /** What its information map says. */
  readonly map: readonly InformationEntry[]
  readonly system: RecordSystem
  /** What the product's connector answers alone. */
  readonly has: ReadonlySet<ResourceType>
  /** Whether it's FHIR, and so the same to the letter but for what a server stamps. */
  readonly isExact: boolean
  /** Elements that its information map says the product doesn't tell. */
  readonly lacking: Lacking
  /** Types that are in our store beside it. */
  readonly beside: ReadonlySet<string>
  /** What is left of a resource in a product that doesn't keep every character. */
  kept(resource: FhirResource): FhirResource
  /** A patient's id there, by that in our own store. */
  patient(id: string): string
}

/** Our own store of a name, filled. */
export async function filledStore(
  db: Database,
  name: string,
  given: readonly FhirResource[],
): Promise<RecordSystem> {
  const store = await createStore({ db, region: name, now: Date.now, alongside: undefined })
  const author: Author = {
    sight: everything,
    unit: 'u',
    provider: 'p',
    process: undefined,
    mayUnlabel: true,
    mayChooseId: true,
    originOf: undefined,
    logEntry: undefined,
  }
  for (let from = 0; from < given.length; from += 200) {
    const changes = given.slice(from, from + 200).map((value) => {
      const resource = validResource(parseJson(Buffer.from(JSON.stringify(value))))
      const { type, id } = resource
      return { kind: 'create', type, id, resource, ifNoneExist: undefined } as const
    })
    await store.transact(changes, author)
  }
  return store
}

/** All the products that regions run, each filled with the same people. */
export async function openRegions(
  db: Database,
  resources: readonly FhirResource[],
): Promise<readonly RegionUnderTest[]> {
  return [
    await fhirRegion(db, 'cosmic', COSMIC, resources),
    await fhirRegion(db, 'millennium', MILLENNIUM, resources),
    await rivtaRegion(db, 'melior', MELIOR, resources),
    await rivtaRegion(db, 'melior-plus', MELIOR_PLUS, resources),
    await rivtaRegion(db, 'takecare', TAKECARE, resources),
  ]
}

async function fhirRegion(
  db: Database,
  name: string,
  product: FhirProduct,
  resources: readonly FhirResource[],
): Promise<RegionUnderTest> {
  const { system: legacy } = await startFhirServer(product, name, resources, {
    deadline: 30_000,
    freshness: 600_000,
  })
  const has = legacy.capability().types
  const beside = resources.filter(({ resourceType }) => !has.has(resourceType))
  const system = await composed(db, name, legacy, beside)
  return {
    name,
    map: informationMap(product.name === 'Cosmic' ? 'cosmic' : 'millennium', new Map()),
    has: new Set(has.keys()),
    system,
    isExact: true,
    lacking: new Set(),
    beside: new Set(beside.map(({ resourceType }) => resourceType)),
    kept: (resource) => resource,
    patient: (id) => id,
  }
}

async function rivtaRegion(
  db: Database,
  name: string,
  product: ProductProfile,
  resources: readonly FhirResource[],
): Promise<RegionUnderTest> {
  const exactly = resources.map((each) => parseExactly(Buffer.from(JSON.stringify(each))))
  const simulator = await startRivtaSimulator({ ...product, lacksOrigin: () => false }, exactly)
  const profile = profileOf(simulator, name, { deadline: 30_000, freshness: 600_000 })
  const legacy = createRivtaSystem({ profile, secret: Buffer.alloc(32, 1), now: Date.now })
  opened.push(simulator.close, legacy.close)
  const ids = await patientIds(legacy, resources)
  const has = legacy.capability().types
  const isBeside = (each: FhirResource) =>
    !has.has(each.resourceType) || (each.resourceType === 'Observation' && !isLaboratory(each))
  const beside = resources.filter(isBeside).map((each) => withPatients(each, ids))
  return {
    name,
    map: informationMap('rivta', new Map(), legacy.lacks),
    has: new Set(has.keys()),
    system: await composed(db, name, legacy, beside),
    isExact: false,
    lacking: new Set(lacksOf(profile.sources.flatMap(({ contracts }) => contracts)).map(elementIn)),
    beside: new Set(beside.map(({ resourceType }) => resourceType)),
    kept: (resource) => (isBeside(resource) ? resource : keptBy(product, resource)),
    patient: (id) => ids.get(id) ?? id,
  }
}

const elementIn = ({ element }: { readonly element: string }) => element

function keptBy({ texts }: ProductProfile, resource: FhirResource): FhirResource {
  const text = JSON.stringify(resource)
  const kept = keptAs(texts, text)
  return kept === text ? resource : parseExactly(Buffer.from(kept))
}

const opened: (() => unknown)[] = []
after(async () => {
  for (const close of opened.reverse()) await close()
})

async function composed(
  db: Database,
  name: string,
  legacy: LegacySystem,
  beside: readonly FhirResource[],
): Promise<RecordSystem> {
  return createComposedSystem({
    name,
    source: name,
    legacy,
    own: await filledStore(db, name, beside),
    routes: await createRoutes(db, name),
    outbox: createOutbox(db, name, Date.now),
  })
}

/** Patients have other ids where they are sealed: by our own, looked up as a person is. */
async function patientIds(legacy: LegacySystem, resources: readonly FhirResource[]) {
  const patients = resources.filter((each): each is Patient => each.resourceType === 'Patient')
  const found = await Promise.all(
    patients.map(async (patient) => {
      const { hits } = await searchIn(legacy, 'Patient', `identifier=${numberOf(patient)}`)
      return [patient.id ?? '', hits[0]?.resource.key.id ?? ''] as const
    }),
  )
  return new Map(found)
}

function withPatients(resource: FhirResource, ids: ReadonlyMap<string, string>): FhirResource {
  const text = JSON.stringify(resource).replaceAll(/"Patient\/([^"]+)"/g, (whole, id) =>
    ids.has(id) ? `"Patient/${ids.get(id)}"` : whole,
  )
  return parseExactly(Buffer.from(text))
}
