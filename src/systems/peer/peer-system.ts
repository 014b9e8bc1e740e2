import { Problem } from '../../fhir/problem.ts'
import type {
  Capability,
  HistoryPage,
  HistoryQuery,
  RecordSystem,
  ResourceKey,
  TypeCapability,
} from '../../fhir/record-system.ts'
import { seal } from '../../fhir/seal.ts'
import { indexResource } from '../../fhir/search/indexed-resource.ts'
import type { SearchQuery } from '../../fhir/search/query.ts'
import { covers, type Sight } from '../../fhir/sight.ts'
import type { AskPeer } from './ask-peer.ts'
import { fromWire, historyFromWire, pageFromWire } from './peer-wire.ts'

/** Another Kärna's region, asked in one person's name. */
export interface PeerSystemParts {
  readonly name: string
  /** What a region of a Kärna is asked by; of that, this reads. */
  readonly capability: () => Capability
  readonly asker: AskPeer
  /** Signs who asks, about which patient of the region (by id or number, if known) and what lets them. */
  readonly sign: (who: Asked) => Promise<Parameters<AskPeer['ask']>[2]>
}

/** Whom a question is about. */
export interface Asked {
  readonly patient?: string | undefined
  readonly number?: string
}

/**
 * Another Kärna's region as a record system in one person's name: its own gate decides about its own data, and its log has
 * its own row. What it gives is held to our sight all the same. It is read and not written: what is written by a care
 * provider stands in its own record (PDL 2:6), and the act on shared records gives others access to it alone
 * (2022:913 2:1).
 */
export function createPeerSystem(parts: PeerSystemParts): RecordSystem {
  const { name, asker, sign } = parts
  const unanswered = (what: string) =>
    new Problem('not-supported', `${name} is another Kärna, and ${what}`)
  let read: Capability | undefined
  return {
    name,
    logsWrites: false,
    capability() {
      read ??= readOnly(parts.capability())
      return read
    },
    async locate(key, version) {
      const question = { ...key, ...(version !== undefined && { version }) }
      const first = await asker.ask('read', question, await sign({}))
      const found =
        'whose' in first
          ? await asker.ask('read', question, await sign({ number: first.whose }))
          : first
      return 'bytes' in found ? seal(fromWire(found)) : undefined
    },
    async search(query, sight) {
      const { type, cursor } = query
      const question = { type, text: textOf(query), cursor }
      const page = pageFromWire(
        await asker.ask('search', question, await sign({ patient: patientIn(query) })),
      )
      return {
        ...page,
        hits: page.hits.filter(({ resource }) =>
          covers(sight, resource.origin, () => indexResource(JSON.parse(String(resource.bytes)))),
        ),
      }
    },
    async history(query, sight) {
      const { type, id } = query
      if (type === undefined || id === undefined) {
        throw unanswered('tells the history of one resource at a time')
      }
      return history(parts, { ...query, type, id }, sight)
    },
    async transact() {
      throw unanswered('is not written to from here')
    },
    async changes() {
      throw unanswered('tells its changes to nobody')
    },
  }
}

/** Whose it is, is asked first where the sight doesn't say it. */
async function history(
  { asker, sign }: PeerSystemParts,
  { type, id, since, at, count, cursor }: HistoryQuery & ResourceKey,
  sight: Sight,
): Promise<HistoryPage> {
  const question = { type, id, since, count, cursor, ...(at && { at }) }
  const { patients } = sight
  const [only, second] = patients === 'all' ? [] : patients
  const known = only !== undefined && second === undefined ? { patient: only } : {}
  const first = await asker.ask('history', question, await sign(known))
  const found =
    'whose' in first
      ? await asker.ask('history', question, await sign({ number: first.whose }))
      : first
  if (!('versions' in found)) return { versions: [], next: undefined, total: 0 }
  const page = historyFromWire(found)
  const versions = page.versions.filter(({ origin, bytes }) =>
    covers(sight, origin, () =>
      bytes.length === 0 ? undefined : indexResource(JSON.parse(String(bytes))),
    ),
  )
  return versions.length === page.versions.length ? page : { ...page, versions, total: undefined }
}

const READING = ['read', 'vread', 'search-type', 'history-instance'] as const

function readOnly({ types }: Capability): Capability {
  const read = [...types].map(([type, { interactions, searchParams }]) => {
    const reading: TypeCapability['interactions'] = new Set(
      READING.filter((each) => interactions.has(each)),
    )
    return [type, { interactions: reading, searchParams }] as const
  })
  return { types: new Map(read), system: new Set() }
}

/** The parameters, with the page size and total that are wanted now. */
function textOf({ text, count, total }: SearchQuery): string {
  const parameters = new URLSearchParams(text)
  parameters.set('_count', String(count))
  if (total !== 'none') parameters.set('_total', total)
  return String(parameters)
}

/** The one patient that a search names; `undefined` where it names none or several. */
function patientIn({ type, clauses }: SearchQuery): string | undefined {
  const named = clauses.flatMap(({ param, modifier, values }) => {
    const isOwner =
      param === 'patient' || param === 'subject' || (type === 'Patient' && param === '_id')
    if (!isOwner || modifier !== undefined) return []
    return values.flatMap((value) => {
      if (value.kind === 'reference') return value.id ?? []
      return value.kind === 'token' ? (value.code ?? []) : []
    })
  })
  const [only, second] = new Set(named)
  return second === undefined ? only : undefined
}
