import type { FhirResource } from 'fhir/r4'
import { populate } from '../tools/population/populate.ts'
import { demoLoadOf } from './demo-regions.ts'
import { parseJson } from './fhir/json/parse.ts'
import type { Change } from './fhir/record-system.ts'
import { isResourceType } from './fhir/resource-type.ts'
import { validResource } from './fhir/validation/validate.ts'
import type { Karna } from './karna.ts'

/** The demo's people are always the same. */
export const DEMO_SEED = 'karna'

/** How far the demo's load has come. */
export interface DemoProgress {
  readonly patients: number
  readonly resources: number
  readonly isDone: boolean
}

/** Transactions under way at once: one is written while the next is made. */
const AT_ONCE = 3
const BATCH = 250

/**
 * Loads the demo's people into their regions, through the gate, as the operator's import. Does nothing when they are there;
 * goes on where it was interrupted, since ids come from the seed and a resource that is there is left as it is.
 *
 * @param now ISO time with offset, used when there are none yet
 * @param signal ends the loading between two people; the next start goes on
 */
export async function fillDemo(
  karna: Pick<Karna, 'demo' | 'loadTarget' | 'maintain' | 'live'>,
  { patients, now, signal }: { patients: number; now: string; signal?: AbortSignal },
  show: (progress: DemoProgress) => void,
): Promise<void> {
  if (patients === 0) return
  const wanted = await karna.demo.begin({ until: now, patients })
  if (wanted.loaded) return
  const writer = createWriter(karna)
  const progress = { patients: 0, resources: 0, isDone: false }
  for (const { region, resources } of populate({ seed: DEMO_SEED, ...wanted })) {
    if (signal?.aborted) return writer.finish()
    await addPart(karna, writer, region, resources)
    progress.patients += resources.filter(({ resourceType }) => resourceType === 'Patient').length
    progress.resources += resources.length
    show(progress)
  }
  await writer.finish()
  await karna.maintain()
  await karna.demo.done()
  show({ ...progress, isDone: true })
}

/** One person's records in one region; where it runs a system of its own, what that lacks. */
async function addPart(
  karna: Pick<Karna, 'loadTarget' | 'live'>,
  writer: ReturnType<typeof createWriter>,
  region: string,
  resources: readonly FhirResource[],
): Promise<void> {
  const load = await demoLoadOf(karna, region, resources)
  for (const resource of resources) {
    const kept = load ? load.kept(resource) : resource
    if (kept) await writer.add(region, kept)
  }
  const learnt = load ? resources.flatMap((each) => load.learnt(each) ?? []) : []
  if (learnt.length > 0) await karna.live.learn(region, learnt)
}

function createWriter(karna: Pick<Karna, 'loadTarget'>) {
  const waiting = new Map<string, Change[]>()
  const underWay = new Set<Promise<unknown>>()

  async function flush(region: string): Promise<void> {
    const changes = waiting.get(region) ?? []
    waiting.delete(region)
    while (underWay.size >= AT_ONCE) await Promise.race(underWay)
    const written = karna.loadTarget(region).transact(changes)
    underWay.add(written)
    written.then(
      () => underWay.delete(written),
      () => {}, // stays among those under way, so that the next wait throws it
    )
  }

  return {
    async add(region: string, resource: FhirResource): Promise<void> {
      const changes = waiting.get(region) ?? []
      changes.push(toChange(resource))
      waiting.set(region, changes)
      if (changes.length >= BATCH) await flush(region)
    },
    async finish(): Promise<void> {
      for (const region of [...waiting.keys()]) await flush(region)
      await Promise.all(underWay)
    },
  }
}

/** A made resource as a change to load: checked like any other, under its own id. */
export function toChange(resource: FhirResource): Change {
  const { resourceType: type, id } = resource
  if (!isResourceType(type) || !id) throw new RangeError('The population made something unnamed')
  const valid = validResource(parseJson(Buffer.from(JSON.stringify(resource))))
  return { kind: 'create', type, id, resource: valid, ifNoneExist: undefined }
}
