import { Problem } from '../../fhir/problem.ts'
import type { Capability, RecordSystem } from '../../fhir/record-system.ts'
import { seal } from '../../fhir/seal.ts'
import { indexResource } from '../../fhir/search/indexed-resource.ts'
import type { SearchQuery } from '../../fhir/search/query.ts'
import { covers } from '../../fhir/sight.ts'
import type { AskPeer } from './ask-peer.ts'
import { fromWire, pageFromWire } from './peer-wire.ts'

/** Another Kärna's region, asked in one person's name. */
export interface PeerSystemParts {
  readonly name: string
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
 * its own row. What it gives is held to our sight all the same.
 */
export function createPeerSystem(parts: PeerSystemParts): RecordSystem {
  const { name, asker, sign } = parts
  const unanswered = (what: string) =>
    new Problem('not-supported', `${name} is another Kärna, and ${what}`)
  return {
    name,
    logsWrites: false,
    capability: parts.capability,
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
    async history() {
      throw unanswered('tells no history to others')
    },
    async transact() {
      throw unanswered('is not written to from here')
    },
    async changes() {
      throw unanswered('tells its changes to nobody')
    },
  }
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
