import { readFile, rm } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { RegionDesk } from './api/region-routes.ts'
import { Problem } from './fhir/problem.ts'
import { parseSearch } from './fhir/search/parse.ts'
import type { Directory } from './identity/directory.ts'
import { operatorAccess } from './operator-access.ts'
import { publicKeyOf } from './peers.ts'
import { changeBack, changeRegion } from './region-change.ts'
import type { OpenRegion, Regions } from './regions.ts'
import type { ShadowRound } from './shadow-round.ts'
import { type ConformanceReport, conform } from './systems/registry/conformance.ts'
import { type InformationEntry, informationMap } from './systems/registry/information-map.ts'
import {
  exportRecords,
  type Receipt,
  requireEmpty,
  verifyReceipt,
  writeReceipt,
} from './systems/registry/leave.ts'
import type { FhirServerSettings } from './systems/registry/open-legacy.ts'
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
  /**
   * Writes down a region that wants to join. It isn't seen by anybody yet.
   * @throws Problem `business-rule` for one that takes part with a system of its own
   */
  prepare(plan: RegionPlan): Promise<RegionRecord>
  /** Tries it; a region goes live only after a run without faults. */
  conform(id: string): Promise<ConformanceReport>
  map(id: string): readonly InformationEntry[]
  /** See {@link changeRegion}. */
  change(plan: RegionPlan): Promise<RegionRecord>
  /** See {@link changeBack}. */
  changeBack(id: string): Promise<RegionRecord>
  /** Compares some of what it answers with what all regions would show of it. In shadow that's done every few minutes. */
  compare(id: string): Promise<ShadowRound>
  /**
   * @throws Problem `business-rule` for live without an agreement, with a certificate that has ended, without a clean
   *   conformance run, or where what all regions would show isn't what the region answers
   */
  move(id: string, to: Exclude<RegionState, 'left'>): Promise<RegionRecord>
  /**
   * Exports everything, destroys the keys, gives a receipt, and then removes what was kept. The others go on.
   * @throws Problem `conflict` if the export isn't whole; then nothing is removed
   */
  leave(id: string, folder: string): Promise<Receipt>
  /** What is wrong with an export, by the receipt and by what was noted when the region left; empty if nothing is. */
  verify(folder: string): Promise<readonly string[]>
}

/** Milliseconds until every process has seen that a region is paused. */
const FOLLOWED = 1_500

const TAKES_PART: ReadonlySet<RegionState> = new Set(['shadow', 'live', 'paused'])

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
  const tryOut = async (region: OpenRegion) => {
    const { id } = region.record
    if (region.peer) return region.peer.tryOut()
    const patients = await regions.persons.patientsIn(id, TRIED)
    const units = directory.units.filter((unit) => unit.region === id)
    const known = new Set([...units, ...unitsIn(region.record)].map(({ hsaId }) => hsaId))
    return conform(underTest(region, now), patients, known, now)
  }
  const compare = async (id: string) => {
    const region = open(id)
    if (region.peer) throw new Problem('not-supported', 'Another Kärna compares by itself')
    return regions.shadow.compare(region)
  }
  return {
    publicKey,
    list: registry.all,
    events: registry.events,
    async prepare(plan) {
      const there = await registry.get(plan.id)
      if (there && there.kind !== 'own' && TAKES_PART.has(there.state)) {
        throw new Problem('business-rule', 'It takes part already: karna region change')
      }
      const record = await registry.put({ ...plan, state: 'preparing' })
      await registry.note(plan.id, 'preparing', { kind: plan.kind })
      await regions.refresh()
      return record
    },
    conform: async (id) => noted(id, await tryOut(open(id))),
    change: (plan) => changeRegion({ regions, tryOut }, plan),
    changeBack: (id) => changeBack(regions, id),
    map(id) {
      const { record, routes, legacy } = open(id)
      return informationMap(record.kind, routes.all(), legacy?.lacks)
    },
    compare,
    async move(id, to) {
      if (to === 'live') await requireReady(regions, id, now)
      if (to === 'live' && open(id).record.state === 'shadow') await requireSame(open(id), compare)
      const record = await registry.move(id, to)
      await regions.refresh()
      return record
    },
    leave: (id, folder) => leave(regions, open(id), folder, now),
    verify: (folder) => verifyWith(regions, folder),
  }
}

/** Until all that was kept is removed, nothing is destroyed: what fails leaves the region as it was. */
async function leave(
  regions: Regions,
  region: OpenRegion,
  folder: string,
  now: () => number,
): Promise<Receipt> {
  const { registry } = regions
  const { id, state } = region.record
  const place = path.join(folder, id)
  await requireEmpty(place)
  if (state === 'live') {
    await registry.move(id, 'paused', { reason: 'leaving' })
    await pause(FOLLOWED)
  }
  await regions.refresh()
  const receipt = await exportAndRemove(regions, region, place, now).catch(
    async (thrown: unknown) => {
      await rm(path.join(place, 'receipt.json'), { force: true })
      if (state === 'live') await registry.move(id, 'live', { reason: 'it could not leave' })
      await regions.refresh()
      throw thrown
    },
  )
  await registry.destroySecrets(id)
  const { root, publicKey, signature, files } = receipt
  await registry.move(id, 'left', { root, publicKey, signature, files: files.length })
  await regions.refresh()
  return receipt
}

async function exportAndRemove(
  regions: Regions,
  region: OpenRegion,
  place: string,
  now: () => number,
): Promise<Receipt> {
  const { id } = region.record
  const files = await exportRecords(region.own, place)
  const destroyedKeys = await regions.registry.secretHashes(id)
  const at = new Date(now()).toISOString()
  const receipt = await writeReceipt(place, { region: id, at, files, destroyedKeys })
  const { root, publicKey, signature } = receipt
  await requireWhole(place, publicKey)
  const versions = files.reduce((sum, { lines }) => sum + lines, 0)
  await regions.remove(id, { receipt: `${root} ${signature}`, versions })
  return receipt
}

/** With the key that the registry noted when the region left, so that nobody else's receipt holds. */
async function verifyWith({ registry }: Regions, folder: string): Promise<readonly string[]> {
  const text = await readFile(path.join(folder, 'receipt.json'), 'utf8').catch((cause: unknown) => {
    throw new Problem('not-found', 'There is no receipt in the folder', { cause })
  })
  const { region, root } = JSON.parse(text) as Partial<Receipt>
  const events = typeof region === 'string' ? await registry.events(region) : []
  const left = events.find(({ event, detail }) => event === 'left' && detail.root === root)
  if (!left) return ['No region has left with this receipt here', ...(await verifyReceipt(folder))]
  return verifyReceipt(folder, String(left.detail.publicKey))
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
        return { ...shown, health: healthOf(regions, id), information, measured: measured.get(id) }
      })
    },
  }
}

/** Nobody may have asked it: then the pings tell that it's silent. */
function healthOf({ health, samples }: Pick<Regions, 'health' | 'samples'>, id: string) {
  const known = health(id)
  return { ...known, silentSince: known.silentSince ?? samples.silentSince(id) }
}

/** Nothing is removed before its copy has been read back. */
async function requireWhole(place: string, publicKey: string): Promise<void> {
  const [wrong] = await verifyReceipt(place, publicKey)
  if (wrong)
    throw new Problem('conflict', `The export does not hold, so nothing was removed: ${wrong}`)
}

/** A region goes live with an agreement that names the data controller, after a run without faults; back from a pause without. */
async function requireReady({ registry }: Regions, id: string, now: () => number): Promise<void> {
  const record = await registry.get(id)
  if (!record || record.state === 'paused') return
  const { agreement, controller } = record.agreement
  if (!agreement || !controller) {
    throw new Problem('business-rule', 'There is no agreement that names the data controller')
  }
  const { notAfter } = record.certificate ?? {}
  if (notAfter !== undefined && Date.parse(notAfter) < now()) {
    throw new Problem('business-rule', 'The certificate has ended')
  }
  const events = await registry.events(id)
  const last = events.find(({ event }) => event === 'conformance')
  if (last?.detail.failed !== 0) {
    throw new Problem('business-rule', 'Run the conformance test without faults first')
  }
}

/** What users will see is what the region answers. Another Kärna is judged by its own gate, in a user's name. */
async function requireSame(
  region: OpenRegion,
  compare: (id: string) => Promise<ShadowRound>,
): Promise<void> {
  if (region.peer) return
  const { compared, different, silent, faults } = await compare(region.record.id)
  if (compared > 0 && different === 0 && silent === 0) return
  const what = faults.length > 0 ? faults.join('; ') : 'nothing could be compared'
  throw new Problem('business-rule', `All regions would not show what the region answers: ${what}`)
}

/** The units that a region has written down as its own. */
function unitsIn({ settings }: RegionRecord): readonly { readonly hsaId: string }[] {
  return (settings as Partial<FhirServerSettings>).units ?? []
}

function underTest({ record, gate }: OpenRegion, now: () => number) {
  const access = operatorAccess(record.id, 'karna-conformance', 'Konformitetstest')
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
