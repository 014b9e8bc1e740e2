import type { FhirResource } from 'fhir/r4'
import { COSMIC } from '../simulators/fhir-server/cosmic.ts'
import { startFhirSimulator } from '../simulators/fhir-server/fhir-simulator.ts'
import { MILLENNIUM } from '../simulators/fhir-server/millennium.ts'
import { MELIOR, TAKECARE } from '../simulators/rivta/products.ts'
import { startRivtaSimulator } from '../simulators/rivta/rivta-simulator.ts'
import { populate } from '../tools/population/populate.ts'
import type { LoadTarget } from './exchange/load/load.ts'
import { rewriteReferences } from './fhir/json/rewrite-references.ts'
import { labelsOf } from './fhir/label.ts'
import type { StoredResource } from './fhir/record-system.ts'
import { isResourceType } from './fhir/resource-type.ts'
import { clinicalPeriodOf } from './fhir/search/clinical-period.ts'
import { patientOf } from './fhir/search/patient-of.ts'
import { demoDirectory } from './identity/demo-directory.ts'
import type { Karna } from './karna.ts'
import type { FhirServerSettings, RivtaSettings } from './systems/registry/open-legacy.ts'
import type { RegionKind } from './systems/registry/registry.ts'

/** What a demo region runs. Example data, not a statement about any real region. */
const SYSTEMS: Readonly<Record<string, Exclude<RegionKind, 'own'>>> = {
  skane: 'rivta',
  stockholm: 'rivta',
  orebro: 'cosmic',
  sormland: 'millennium',
}

/** Those that stand ready to join. */
const READY = new Set(['blekinge', 'vasternorrland'])

/** Until its simulator has started. */
const NOWHERE = 'http://127.0.0.1:9/fhir'

/** Writes down, before the demo's people are loaded, what each region runs. Their systems start later. */
export async function prepareDemoRegions({ live }: Pick<Karna, 'live'>): Promise<void> {
  for (const { id, name } of demoDirectory.regions) {
    const kind = SYSTEMS[id]
    const agreement = agreementOf(id)
    if (kind) {
      const settings =
        kind === 'rivta' ? rivtaSettings(id, [notYet(id)]) : fhirSettings(id, NOWHERE, NOWHERE, '')
      const secrets = kind === 'rivta' ? {} : { client: Buffer.from('not yet known') }
      await live.registry.put({
        id,
        name,
        kind,
        state: 'live',
        settings: { ...settings },
        agreement,
        secrets,
      })
    } else {
      const state = READY.has(id) ? ('preparing' as const) : ('live' as const)
      await live.registry.put({ id, name, kind: 'own', state, agreement })
    }
  }
  await live.refresh()
}

const productOf = (id: string) => (id === 'skane' ? MELIOR : TAKECARE)

function notYet(id: string): RivtaSettings['sources'][number] {
  const { product, contracts } = productOf(id)
  return { name: product, logicalAddress: '', url: NOWHERE, contracts }
}

/** What a demo region's records become: what its system lacks is kept beside it, and the law learns of the rest. */
export interface DemoRegionLoad {
  /** For our own store; `undefined` for what the region's own system has. */
  kept(resource: FhirResource): FhirResource | undefined
  /** For the law: whose record it is and where it was made. */
  learnt(resource: FhirResource): StoredResource | undefined
}

/**
 * How one person's records are loaded into a region that runs a system of its own; `undefined` for a region that doesn't.
 * Where the system has other ids for people, ours follow.
 */
export async function demoLoadOf(
  { live, loadTarget }: Pick<Karna, 'live' | 'loadTarget'>,
  region: string,
  resources: readonly FhirResource[],
): Promise<DemoRegionLoad | undefined> {
  const open = live.open(region)
  if (!open?.legacy) return undefined
  const isSealed = open.record.kind === 'rivta'
  const patients = isSealed ? await sealedPatients(loadTarget(region), resources) : new Map()
  const has = open.legacy.capability().types
  return {
    kept(resource) {
      const isOurs =
        !has.has(resource.resourceType) ||
        (patients.size > 0 && resource.resourceType === 'Patient')
      return isOurs ? withPatients(resource, patients) : undefined
    },
    learnt: (resource) => storedOf(withPatients(resource, patients)),
  }
}

/** The people's ids in a RIV-TA system: it makes them of the number, without asking anybody. */
async function sealedPatients(
  target: LoadTarget,
  resources: readonly FhirResource[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>()
  for (const each of resources) {
    const number = each.resourceType === 'Patient' ? each.identifier?.[0] : undefined
    if (!number?.value || !number.system) continue
    const [name] = await target.find(`Patient?identifier=${number.system}|${number.value}`)
    if (name !== undefined && each.id !== undefined) found.set(each.id, name.split('/')[1] ?? '')
  }
  return found
}

function withPatients(resource: FhirResource, patients: ReadonlyMap<string, string>): FhirResource {
  if (patients.size === 0) return resource
  const links = new Map([...patients].map(([old, id]) => [`Patient/${old}`, `Patient/${id}`]))
  const text = rewriteReferences(Buffer.from(JSON.stringify(resource)), links)
  const value = JSON.parse(String(text)) as FhirResource
  // Its contacts have other ids there, which only that system knows.
  if ('encounter' in value) delete (value as { encounter?: unknown }).encounter
  const id = value.resourceType === 'Patient' ? patients.get(value.id ?? '') : undefined
  return id === undefined ? value : { ...value, id }
}

function storedOf(value: FhirResource): StoredResource | undefined {
  const { resourceType: type, id } = value
  const unit = value.meta?.source?.split('#')[1]
  const provider = demoDirectory.units.find(({ hsaId }) => hsaId === unit)?.provider
  if (!isResourceType(type) || !id || !unit || !provider) return undefined
  return {
    key: { type, id },
    version: '1',
    lastUpdated: '1970-01-01T00:00:00.000Z',
    origin: {
      type,
      patient: patientOf(value),
      unit,
      provider,
      process: undefined,
      labels: labelsOf(value),
      ...clinicalPeriodOf(value),
    },
    bytes: Buffer.from(JSON.stringify(value)),
    method: 'create',
  }
}

/**
 * Starts the products that the demo's regions run, filled with the same people, and tells the registry where they are.
 * @returns what ends them
 */
export async function startDemoSystems(
  { live, demo }: Pick<Karna, 'live' | 'demo'>,
  options: { readonly seed: string; readonly until: string; readonly patients: number },
): Promise<() => Promise<void>> {
  const { until, patients } = await demo.begin(options)
  const records = new Map<string, FhirResource[]>()
  for (const { region, resources } of populate({ seed: options.seed, until, patients })) {
    if (SYSTEMS[region]) records.set(region, [...(records.get(region) ?? []), ...resources])
    // So that those who log in meanwhile aren't kept waiting.
    await new Promise((resolve) => setImmediate(resolve))
  }
  const closing: (() => Promise<void>)[] = []
  const closeAll = async () => {
    for (const close of closing) await close()
  }
  try {
    for (const [region, resources] of records) {
      const record = await live.registry.get(region)
      if (!record || record.kind !== SYSTEMS[region]) continue
      closing.push(await startSystem(live, region, record.name, resources))
      // RIV-TA tells numbers and no names: those are in the region's population register, beside it.
      if (record.kind === 'rivta') await live.open(region)?.routes.set('Patient', 'own')
    }
    await live.refresh()
    return closeAll
  } catch (thrown) {
    await closeAll()
    throw thrown
  }
}

async function startSystem(
  { registry }: Karna['live'],
  id: string,
  name: string,
  resources: readonly FhirResource[],
): Promise<() => Promise<void>> {
  const kind = SYSTEMS[id]
  if (kind === 'cosmic' || kind === 'millennium') {
    const simulator = await startFhirSimulator(kind === 'cosmic' ? COSMIC : MILLENNIUM, resources)
    const { url, tokenUrl, client } = simulator
    const settings = { ...fhirSettings(id, url, tokenUrl, client.id) }
    await registry.put({
      id,
      name,
      kind,
      settings,
      secrets: { client: Buffer.from(client.secret) },
    })
    return simulator.close
  }
  const simulator = await startRivtaSimulator(productOf(id), resources)
  const settings = { ...rivtaSettings(id, simulator.sources) }
  await registry.put({ id, name, kind: 'rivta', settings })
  return simulator.close
}

const unitsOf = (id: string) =>
  demoDirectory.units
    .filter(({ region }) => region === id)
    .map(({ hsaId, name, provider }) => ({ hsaId, name, provider }))

const providersOf = (id: string) =>
  demoDirectory.providers
    .filter(({ region }) => region === id)
    .map(({ hsaId, name }) => ({ hsaId, name }))

function fhirSettings(
  id: string,
  url: string,
  tokenUrl: string,
  clientId: string,
): FhirServerSettings {
  const provider = providersOf(id)[0]?.hsaId ?? ''
  return { url, tokenUrl, clientId, scope: 'system/*.*', provider, units: unitsOf(id) }
}

function rivtaSettings(id: string, sources: RivtaSettings['sources']): RivtaSettings {
  const providers = providersOf(id)
  return {
    sources: sources.map((source) => ({ ...source, contracts: [...source.contracts] })),
    provider: providers[0]?.hsaId ?? '',
    units: unitsOf(id),
    providers,
  }
}

function agreementOf(id: string) {
  const controller = demoDirectory.providers.find(({ region }) => region === id)
  return {
    agreement: `EXEMPEL-${id}`,
    signed: '2026-10-02',
    ...(controller && {
      controller: /^SE(\d+)-/.exec(controller.hsaId)?.[1] ?? '',
      controllerName: controller.name,
    }),
    contact: '010-000 00 00 (exempeldata)',
  }
}
