import { parseJson } from '../../fhir/json/parse.ts'
import { rewriteReferences } from '../../fhir/json/rewrite-references.ts'
import { Problem } from '../../fhir/problem.ts'
import type { Change, ChangeResult, ResourceKey } from '../../fhir/record-system.ts'
import { isResourceType } from '../../fhir/resource-type.ts'
import { validResource } from '../../fhir/validation/validate.ts'
import { eachOf } from './each-of.ts'
import { type DocumentContent, type LoadEntry, type Rejection, rejectionOf } from './entries.ts'
import { type FoundReferences, type ReferenceFinder, referencesTo } from './references.ts'
import { isSameContent } from './same-content.ts'
import { createUnderWay } from './under-way.ts'

/** Where loaded resources go: a gate with the access of the import already settled. */
export interface LoadTarget {
  transact(changes: readonly Change[]): Promise<readonly ChangeResult[]>
  /** The resources that a condition such as `Practitioner?identifier=…` matches: `Practitioner/7`, at most two. */
  find(condition: string): Promise<readonly string[]>
  /** What a resource has said, the version that holds among it; newest first. */
  versionsOf(key: ResourceKey): Promise<readonly Buffer[]>
}

/** What became of a load so far. */
export interface LoadReport {
  stored: number
  updated: number
  alreadyThere: number
  readonly storedByType: Map<string, number>
  readonly rejections: Rejection[]
}

/** Loads documents one after another. Made by {@link createLoader}. */
export interface Loader {
  readonly report: LoadReport
  add(content: DocumentContent): Promise<void>
  /** Writes what is waiting, and tries once more what pointed at something not yet loaded. */
  finish(): Promise<void>
}

/** How many resources share a transaction: enough to be fast, few enough to hold no lock for long. */
const BATCH = 500
/** Transactions at once: one is written while another is made ready. */
const MOST_UNDER_WAY = 2

interface Prepared {
  readonly entry: LoadEntry
  readonly change: Extract<Change, { kind: 'create' }>
}

/**
 * Loads resources under ids of their own. An id that is there with the same content is left as it is, with other
 * content it gets a new version; so a load that was interrupted is simply run again: nothing is lost or doubled. Content that
 * was there and was followed by other is written again only if this load wrote the other; what somebody else has changed or
 * deleted since is left as it is, and named.
 * What isn't valid is left out and named, with every reason; the rest of its Bundle is loaded.
 */
export function createLoader(target: LoadTarget): Loader {
  const report: LoadReport = {
    stored: 0,
    updated: 0,
    alreadyThere: 0,
    storedByType: new Map(),
    rejections: [],
  }
  const queue = createQueue(target, report)
  let deferred: { entry: LoadEntry; links: ReadonlyMap<string, string> }[] = []
  const finder: ReferenceFinder = referencesTo(target)

  async function take(
    entry: LoadEntry,
    links: ReadonlyMap<string, string>,
    last: boolean,
  ): Promise<void> {
    const conditions = finder.resolve(entry.bytes)
    if (!conditions.complete && !last) {
      deferred.push({ entry, links })
      return
    }
    const prepared = preparedOrNamed(entry, links, conditions)
    if (prepared) await queue.add(prepared)
  }

  function preparedOrNamed(
    entry: LoadEntry,
    links: ReadonlyMap<string, string>,
    conditions: FoundReferences,
  ): Prepared | undefined {
    try {
      return prepare(entry, together(links, conditions.found), conditions)
    } catch (thrown) {
      report.rejections.push(rejectionOf(entry.name, entry.type, entry.id, thrown))
      return undefined
    }
  }

  return {
    report,
    async add({ entries, rejections }) {
      report.rejections.push(...rejections)
      const { fresh, links } = await sortOut(target, entries, report)
      await finder.lookUp(
        fresh.map(({ bytes }) => bytes),
        queue.flush,
      )
      for (const entry of fresh) await take(entry, links, false)
    },
    async finish() {
      await queue.flush()
      const again = deferred
      deferred = []
      await finder.lookUp(
        again.map(({ entry }) => entry.bytes),
        queue.flush,
      )
      for (const { entry, links } of again) await take(entry, links, true)
      await queue.finish()
    },
  }
}

/** What waits to be written, in batches. */
function createQueue(target: LoadTarget, report: LoadReport) {
  const parts: Writing = { target, report, former: new Map(), written: new Set() }
  let waiting: Prepared[] = []
  /** What waits or is being written, by `Type/id`. */
  const notYetThere = new Map<string, Prepared>()
  const underWay = createUnderWay(MOST_UNDER_WAY)

  /** Sends what is waiting; the next is made ready while it is written. */
  async function send(): Promise<void> {
    const batch = waiting
    waiting = []
    if (batch.length === 0) return
    await underWay.begin(() => write(parts, batch).finally(() => forget(batch)))
  }

  function forget(batch: readonly Prepared[]): void {
    for (const each of batch) {
      if (notYetThere.get(nameOf(each)) === each) notYetThere.delete(nameOf(each))
    }
  }

  async function flush(): Promise<void> {
    await send()
    await underWay.settled()
  }

  return {
    /** Other content of one id is a version of its own, after the one before it. */
    async add(prepared: Prepared): Promise<void> {
      const earlier = notYetThere.get(nameOf(prepared))
      if (earlier && !hasSameBytes(earlier, prepared)) await flush()
      notYetThere.set(nameOf(prepared), prepared)
      waiting.push(prepared)
      if (waiting.length >= BATCH) await send()
    },
    flush,
    /** What was there before other content, and nothing in this load has followed it: that is what holds. */
    async finish(): Promise<void> {
      await flush()
      const last = [...parts.former.values()]
      parts.former.clear()
      const own = last.filter((each) => parts.written.has(nameOf(each)))
      for (const { entry } of last.filter((each) => !parts.written.has(nameOf(each)))) {
        const { name, type, id } = entry
        report.rejections.push({ name, type, id, reasons: [CHANGED_SINCE] })
      }
      for (let from = 0; from < own.length; from += BATCH) {
        await togetherOrEach(parts, own.slice(from, from + BATCH), update)
      }
    },
  }
}

const CHANGED_SINCE = 'Has been changed or deleted since it said this, and is left as it is'

/** What writes share. */
interface Writing {
  readonly target: LoadTarget
  readonly report: LoadReport
  /** Content that was there once and isn't what holds, by `Type/id`: what comes after it in the load decides. */
  readonly former: Map<string, Prepared>
  /** What this load has given another version, by `Type/id`. */
  readonly written: Set<string>
}

const nameOf = ({ change, entry }: Prepared) => `${change.type}/${entry.id}`

const hasSameBytes = ({ change: one }: Prepared, { change: other }: Prepared) =>
  one.resource.bytes.equals(other.resource.bytes)

/** A Bundle has thousands of links and most entries no other: then nothing is copied. */
function together(
  links: ReadonlyMap<string, string>,
  others: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return others.size === 0 ? links : new Map([...links, ...others])
}

/** Finds the entries that say they may be there already, and what the others call everything. */
async function sortOut(
  target: LoadTarget,
  entries: readonly LoadEntry[],
  report: LoadReport,
): Promise<{ fresh: LoadEntry[]; links: Map<string, string> }> {
  const fresh: LoadEntry[] = []
  const links = new Map<string, string>()
  const found = await eachOf(entries, async ({ type, ifNoneExist }) =>
    ifNoneExist ? target.find(`${type}?${ifNoneExist}`) : [],
  )
  const called = new Map<string, LoadEntry>()
  for (const [index, entry] of entries.entries()) {
    const [there, second] = found[index] ?? []
    const { name, type, id, fullUrl = name } = entry
    const isTwin = called.get(fullUrl)?.bytes.equals(entry.bytes) === false
    if (second || isTwin) {
      const reasons = [
        second
          ? 'ifNoneExist matches more than one resource'
          : 'Another entry of the Bundle has the same fullUrl',
      ]
      report.rejections.push({ name, type, id, reasons })
      continue
    }
    called.set(fullUrl, entry)
    if (entry.fullUrl?.startsWith('urn:')) {
      links.set(entry.fullUrl, there ?? `${entry.type}/${entry.id}`)
    }
    if (there) report.alreadyThere++
    else fresh.push(entry)
  }
  return { fresh, links }
}

function prepare(
  entry: LoadEntry,
  links: ReadonlyMap<string, string>,
  conditions: { readonly missing: readonly string[] },
): Prepared {
  if (conditions.missing.length > 0) {
    throw new Problem('not-found', 'A conditional reference matches no resource, or more than one')
  }
  if (!isResourceType(entry.type)) throw new Problem('structure', 'Not an R4 resource type')
  const bytes = links.size > 0 ? rewriteReferences(entry.bytes, links) : entry.bytes
  const resource = validResource(parseJson(bytes))
  const { type, id } = { type: entry.type, id: entry.id }
  const change = { kind: 'create', type, id, resource, ifNoneExist: undefined } as const
  return { entry, change: { ...change, leavesDeleted: true } }
}

async function write(parts: Writing, batch: readonly Prepared[]): Promise<void> {
  const unique = new Map(batch.map((each) => [nameOf(each), each]))
  await togetherOrEach(parts, [...unique.values()], put)
  parts.report.alreadyThere += batch.length - unique.size
}

/**
 * One transaction; if anything in it fails, one transaction each, so that one resource can't take others with it.
 *
 * @param work tells nothing of entries before it has done them: what failed is done again
 */
async function togetherOrEach(
  parts: Writing,
  batch: readonly Prepared[],
  work: (parts: Writing, batch: readonly Prepared[]) => Promise<void>,
): Promise<void> {
  try {
    await work(parts, batch)
  } catch (thrown) {
    if (!(thrown instanceof Problem) || thrown.code === 'transient') throw thrown
    for (const each of batch) {
      await work(parts, [each]).catch((cause: unknown) => {
        const { name, type, id } = each.entry
        parts.report.rejections.push(rejectionOf(name, type, id, cause))
      })
    }
  }
}

/** Stores what is new, and gives what is there with other content a new version. Counts when all that can fail is done. */
async function put(parts: Writing, batch: readonly Prepared[]): Promise<void> {
  const { target, report, former } = parts
  const results = await target.transact(batch.map(({ change }) => change))
  const other = batch.filter((each, index) => !holds(each, results[index]))
  const earlier = new Set<Prepared>()
  for (const each of other) if (await wasThere(target, each)) earlier.add(each)
  for (const [index, each] of batch.entries()) {
    const result = results[index]
    if (former.delete(nameOf(each))) report.alreadyThere++
    if (result?.outcome === 'created') addStored(report, each.change.type)
    else if (earlier.has(each)) former.set(nameOf(each), each)
    else if (holds(each, result)) report.alreadyThere++
  }
  const changed = other.filter((each) => !earlier.has(each))
  await togetherOrEach(parts, changed, update)
}

async function update(
  { target, report, written }: Writing,
  changed: readonly Prepared[],
): Promise<void> {
  if (changed.length === 0) return
  await target.transact(changed.map(({ change, entry }) => toUpdate(change, entry.id)))
  report.updated += changed.length
  for (const each of changed) written.add(nameOf(each))
}

async function wasThere(target: LoadTarget, { change, entry }: Prepared): Promise<boolean> {
  const versions = await target.versionsOf({ type: change.type, id: entry.id })
  return versions.some((bytes) => isSameContent(change.resource.bytes, bytes))
}

function addStored(report: LoadReport, type: string): void {
  report.stored++
  report.storedByType.set(type, (report.storedByType.get(type) ?? 0) + 1)
}

function toUpdate(change: Prepared['change'], id: string): Change {
  const { type, resource } = change
  return { kind: 'update', key: { type, id }, resource, ifMatch: undefined }
}

/** Whether what was asked for is what is there now. */
const holds = ({ change }: Prepared, result: ChangeResult | undefined): boolean =>
  result?.outcome === 'created' ||
  (result?.resource !== undefined && isSameContent(change.resource.bytes, result.resource.bytes))
