import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { RegionDesk } from './api/region-routes.ts'
import { Problem } from './fhir/problem.ts'
import { parseSearch } from './fhir/search/parse.ts'
import type { Directory } from './identity/directory.ts'
import type { Access } from './law/access.ts'
import { publicKeyOf } from './peers.ts'
import type { OpenRegion, Regions } from './regions.ts'
import { type ConformanceReport, conform } from './systems/registry/conformance.ts'
import { type InformationEntry, informationMap } from './systems/registry/information-map.ts'
import {
  exportRecords,
  type Receipt,
  verifyReceipt,
  writeReceipt,
} from './systems/registry/leave.ts'
import type {
  RegionEvent,
  RegionPlan,
  RegionRecord,
  RegionState,
} from './systems/registry/registry.ts'

/** What is done to regions: by a command or from the page of the regions, with the server running. */
export interface RegionOperations {
  /** What other Kärnas verify our statements by: PEM, pinned in agreements. */
  readonly publicKey: string
  list(): Promise<readonly RegionRecord[]>
  events(id: string): Promise<readonly RegionEvent[]>
  /** Writes down a region that wants to join. It isn't seen by anybody yet. */
  prepare(plan: RegionPlan): Promise<RegionRecord>
  /** Tries it; a region goes live only after a run without faults. */
  conform(id: string): Promise<ConformanceReport>
  map(id: string): readonly InformationEntry[]
  /** @throws Problem `business-rule` for live without agreement, certificate-worthy settings or a clean conformance run */
  move(id: string, to: Exclude<RegionState, 'left'>): Promise<RegionRecord>
  /**
   * Exports everything, destroys the keys, gives a receipt, and then removes what was kept. The others go on.
   * @throws Problem `conflict` if the export isn't whole; then nothing is removed
   */
  leave(id: string, folder: string): Promise<Receipt>
}

/** Milliseconds until every process has seen that a region is paused. */
const FOLLOWED = 1_500

/** How many patients a region is tried with. */
const TRIED = 3

export function createRegionOperations(
  regions: Regions,
  directory: Pick<Directory, 'units'>,
  now: () => number,
): RegionOperations {
  const { registry } = regions
  const open = (id: string): OpenRegion => {
    const found = regions.open(id)
    if (!found) throw new Problem('not-found', 'There is no such region, or it cannot be opened')
    return found
  }
  const publicKey = publicKeyOf(regions.peerKey)
  const noted = async (id: string, report: ConformanceReport) => {
    const faults = report.checks.filter(({ passed }) => !passed).slice(0, 20)
    const { passed, failed, p95 } = report
    await registry.note(id, 'conformance', { passed, failed, p95, faults })
    return report
  }
  return {
    publicKey,
    list: registry.all,
    events: registry.events,
    async prepare(plan) {
      const record = await registry.put({ ...plan, state: 'preparing' })
      await registry.note(plan.id, 'preparing', { kind: plan.kind })
      await regions.refresh()
      return record
    },
    async conform(id) {
      const { peer } = open(id)
      if (peer) return noted(id, await peer.tryOut())
      const patients = await regions.persons.patientsIn(id, TRIED)
      const units = directory.units.filter(({ region }) => region === id)
      const known = new Set(units.map(({ hsaId }) => hsaId))
      const report = await conform(underTest(open(id), now), patients, known, now)
      return noted(id, report)
    },
    map(id) {
      const { record, routes, legacy } = open(id)
      return informationMap(record.kind, routes.all(), legacy?.lacks)
    },
    async move(id, to) {
      if (to === 'live') await requireReady(regions, id)
      const record = await registry.move(id, to)
      await regions.refresh()
      return record
    },
    async leave(id, folder) {
      const region = open(id)
      if (region.record.state === 'live') {
        await registry.move(id, 'paused', { reason: 'leaving' })
        await pause(FOLLOWED)
      }
      await regions.refresh()
      const place = path.join(folder, id)
      const files = await exportRecords(region.own, place)
      const destroyed = await registry.destroySecrets(id)
      const at = new Date(now()).toISOString()
      const destroyedKeys = Object.fromEntries(destroyed)
      const receipt = await writeReceipt(place, { region: id, at, files, destroyedKeys })
      const { root, publicKey, signature } = receipt
      await requireWhole(place, publicKey)
      const versions = files.reduce((sum, { lines }) => sum + lines, 0)
      await regions.remove(id, { receipt: `${root} ${signature}`, versions })
      await registry.move(id, 'left', { root, publicKey, signature, files: files.length })
      await regions.refresh()
      return receipt
    },
  }
}

/** The regions as their page has them. */
export function regionDesk(regions: Regions, operations: RegionOperations): RegionDesk {
  return {
    ...operations,
    async list() {
      const records = await operations.list()
      const measured = await regions.samples.measured()
      return records.map(({ id, name, kind, state, agreement, certificate }) => {
        const map = regions.open(id) ? operations.map(id) : []
        const answered = map.filter(({ answer }) => answer !== 'missing').length
        const information = { answered, of: map.length }
        const shown = { id, name, kind, state, agreement, certificate }
        return { ...shown, health: regions.health(id), information, measured: measured.get(id) }
      })
    },
  }
}

/** Nothing is removed before its copy has been read back. */
async function requireWhole(place: string, publicKey: string): Promise<void> {
  const [wrong] = await verifyReceipt(place, publicKey)
  if (wrong)
    throw new Problem('conflict', `The export does not hold, so nothing was removed: ${wrong}`)
}

/** A region goes live with an agreement that names the data controller, after a run without faults; back from a pause without. */
async function requireReady({ registry }: Regions, id: string): Promise<void> {
  const record = await registry.get(id)
  if (!record || record.state === 'paused') return
  const { agreement, controller } = record.agreement
  if (!agreement || !controller) {
    throw new Problem('business-rule', 'There is no agreement that names the data controller')
  }
  const events = await registry.events(id)
  const last = events.find(({ event }) => event === 'conformance')
  if (last?.detail.failed !== 0) {
    throw new Problem('business-rule', 'Run the conformance test without faults first')
  }
}

function underTest({ record, gate }: OpenRegion, now: () => number) {
  const access: Access = {
    kind: 'migration',
    region: record.id,
    user: 'karna-conformance',
    userName: 'Konformitetstest',
    commission: 'karna-conformance',
    unit: record.id,
    provider: record.id,
    purpose: 'administration',
    statedReason: undefined,
    session: 'karna-conformance',
  }
  return {
    capability: () => gate.capability(),
    read: (key: Parameters<typeof gate.read>[1]) => gate.read(access, key),
    search(type: Parameters<typeof parseSearch>[0], text: string) {
      const { types } = gate.capability()
      const options = { types, base: undefined, now: now() }
      return gate.search(access, parseSearch(type, new URLSearchParams(text), options))
    },
  }
}
