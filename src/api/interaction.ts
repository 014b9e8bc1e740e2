import { parseJson } from '../fhir/json/parse.ts'
import { withOwnReferences } from '../fhir/own-references.ts'
import { Problem } from '../fhir/problem.ts'
import type { Capability, Change, HistoryQuery, ResourceKey } from '../fhir/record-system.ts'
import { isResourceType, type ResourceType } from '../fhir/resource-type.ts'
import { parseReduction, parseSearch } from '../fhir/search/parse.ts'
import type { Reduction, SearchQuery } from '../fhir/search/query.ts'
import type { ValidResource } from '../fhir/validation/valid-resource.ts'
import { validResource } from '../fhir/validation/validate.ts'
import type { Operation } from '../law/operation.ts'
import { historyQuery } from './history-request.ts'
import type { Known } from './known.ts'
import type { Media } from './media.ts'
import { operationIn } from './operation-request.ts'
import { patchIn } from './patch-request.ts'

/** What a request asks for. Entries of a Bundle become the same. https://hl7.org/fhir/R4/http.html */
export type Interaction =
  | {
      readonly kind: 'read'
      readonly key: ResourceKey
      readonly version: string | undefined
      readonly reduction: Reduction
    }
  | { readonly kind: 'search'; readonly query: SearchQuery }
  | { readonly kind: 'history'; readonly query: HistoryQuery & { readonly text: string } }
  | { readonly kind: 'change'; readonly change: Change }
  | { readonly kind: 'operation'; readonly operation: Operation }
  | { readonly kind: 'count'; readonly query: SearchQuery }

/** A request or a Bundle entry, before it is understood. */
export interface Asked {
  readonly method: string
  /** Below the region: `Observation/17`. */
  readonly path: string
  readonly query: string
  readonly body: Buffer | undefined
  /** What the body is written in. */
  readonly media: Media
  readonly ifMatch: string | undefined
  readonly ifNoneExist: string | undefined
  /** What the caller has already; a write is not done under this condition. */
  readonly known: Known
}

/** What requests are understood with. */
export interface Understanding {
  readonly capability: Capability
  readonly base: string
  readonly now: number
  /** Whether a search leaves out parameters that it doesn't know, and says so (`Prefer: handling=lenient`). */
  readonly lenient: boolean
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/

/** @throws Problem for what isn't an interaction, or names what can't be */
export function interactionOf(asked: Asked, how: Understanding): Interaction {
  if (asked.known.ifNoneMatch !== undefined && asked.method !== 'GET') {
    throw new Problem('not-supported', 'If-None-Match goes with a read, not with a write')
  }
  const [type = '', id, word, version, more] = asked.path.split('/')
  if (more !== undefined) throw unknownPath()
  if (type === '_history' && id === undefined) return history(asked, undefined, undefined)
  if (!isResourceType(type)) throw new Problem('not-found', 'There is no such resource type in R4')
  if (id === undefined) return onType(asked, how, type)
  if (id === '_search' && word === undefined) return postedSearch(asked, how, type)
  if (id === '_history' && word === undefined) return history(asked, type, undefined)
  if (id === '$count-persons' && word === undefined) return count(asked, how, type)
  if (!ID.test(id)) throw oddId(asked, type)
  if (word === undefined) return onInstance(asked, how, { type, id })
  return belowInstance(asked, { type, id }, word, version)
}

/** An operation on a resource, its history, or one of its versions. */
function belowInstance(
  asked: Asked,
  key: ResourceKey,
  word: string,
  version: string | undefined,
): Interaction {
  if (word.startsWith('$') && version === undefined) {
    return { kind: 'operation', operation: operationIn(asked, key, word) }
  }
  if (word !== '_history' || asked.method !== 'GET') throw unknownPath()
  if (version === undefined) return history(asked, key.type, key.id)
  return read(asked, key, version)
}

/** How many persons a search is about (PDL 5:7). */
function count(asked: Asked, how: Understanding, type: ResourceType): Interaction {
  if (asked.method !== 'GET') throw unknownPath()
  return { kind: 'count', query: searchIn(asked.query, type, how) }
}

/** Nothing has such an id; and nothing can be given one. */
function oddId({ method }: Asked, type: ResourceType): Problem {
  if (method !== 'PUT') return new Problem('not-found', `There is no such ${type} to be seen`)
  const text = 'An id has 1–64 letters, digits, hyphens and dots'
  return new Problem('value', text, { expression: `${type}.id` })
}

const unknownPath = () => new Problem('not-supported', 'There is no such interaction')

function read({ query }: Asked, key: ResourceKey, version: string | undefined): Interaction {
  return { kind: 'read', key, version, reduction: parseReduction(new URLSearchParams(query)) }
}

/** https://hl7.org/fhir/R4/search.html#Introduction */
function postedSearch(asked: Asked, how: Understanding, type: ResourceType): Interaction {
  if (asked.method !== 'POST') throw unknownPath()
  if (asked.body !== undefined && asked.body.length > 0 && asked.media !== 'form') {
    throw new Problem(
      'unsupported-media',
      'A search is posted as application/x-www-form-urlencoded',
    )
  }
  const parts = [asked.query, String(asked.body ?? '')].filter((part) => part !== '')
  return { kind: 'search', query: searchIn(parts.join('&'), type, how) }
}

function onInstance(asked: Asked, how: Understanding, key: ResourceKey): Interaction {
  const ifMatch = versionIn(asked.ifMatch)
  const { type, id } = key
  switch (asked.method) {
    case 'GET':
      return read(asked, key, undefined)
    case 'PUT': {
      const resource = resourceIn(asked, type, how)
      if (resource.id !== id) {
        throw new Problem('invalid', 'The id in the resource is not the one in the address', {
          expression: `${type}.id`,
        })
      }
      return { kind: 'change', change: { kind: 'update', key, resource, ifMatch } }
    }
    case 'DELETE':
      return { kind: 'change', change: { kind: 'delete', type, target: id, ifMatch } }
    case 'PATCH':
      return { kind: 'change', change: patchIn({ ...asked, base: how.base }, type, id, ifMatch) }
    default:
      throw unknownPath()
  }
}

function onType(asked: Asked, how: Understanding, type: ResourceType): Interaction {
  const ifMatch = versionIn(asked.ifMatch)
  switch (asked.method) {
    case 'GET':
      return { kind: 'search', query: searchIn(asked.query, type, how) }
    case 'POST':
      return { kind: 'change', change: creation(asked, how, type) }
    case 'PUT': {
      if (ifMatch !== undefined) {
        throw new Problem('not-supported', 'If-Match goes with an id, not with a condition')
      }
      const [condition, resource] = [
        conditionIn(asked.query, type, how),
        resourceIn(asked, type, how),
      ]
      const change = {
        kind: 'conditional-update',
        type,
        condition,
        resource,
        id: undefined,
      } as const
      return { kind: 'change', change }
    }
    case 'PATCH': {
      const change = patchIn(
        { ...asked, base: how.base },
        type,
        conditionIn(asked.query, type, how),
        ifMatch,
      )
      return { kind: 'change', change }
    }
    case 'DELETE': {
      const target = conditionIn(asked.query, type, how)
      return { kind: 'change', change: { kind: 'delete', type, target, ifMatch } }
    }
    default:
      throw unknownPath()
  }
}

/** https://hl7.org/fhir/R4/http.html#ccreate */
function creation(asked: Asked, how: Understanding, type: ResourceType): Change {
  const { ifNoneExist } = asked
  const resource = resourceIn(asked, type, how)
  return {
    kind: 'create',
    type,
    resource,
    id: undefined,
    ifNoneExist: ifNoneExist === undefined ? undefined : conditionIn(ifNoneExist, type, how),
  }
}

/** A condition that says nothing would match everything; one of which a part was left out, too much. */
function conditionIn(text: string, type: ResourceType, how: Understanding): SearchQuery {
  const condition = searchIn(text.replace(/^\?/, ''), type, { ...how, lenient: false })
  if (condition.clauses.length > 0) return condition
  throw new Problem('invalid', 'The condition names nothing')
}

/** Reads search parameters as an address has them. */
export function searchIn(text: string, type: ResourceType, how: Understanding): SearchQuery {
  const { capability, base, now, lenient } = how
  refuseUnreadable(text)
  return parseSearch(type, new URLSearchParams(text), {
    types: capability.types,
    base,
    now,
    lenient,
  })
}

/** What isn't percent-encoded UTF-8 would be read as something else than was meant. */
function refuseUnreadable(text: string): void {
  try {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    if (!/[\0-\x08\x0b\x0c\x0e-\x1f\ufffd]/.test(decodeURIComponent(text))) return
  } catch {}
  throw new Problem('invalid', 'The parameters are not percent-encoded UTF-8 text')
}

function resourceIn(
  { body, media }: Asked,
  type: ResourceType,
  { base }: Understanding,
): ValidResource {
  if (!body || body.length === 0) throw new Problem('required', 'The request has no resource')
  if (media !== 'json') {
    throw new Problem('unsupported-media', 'A resource must be application/fhir+json in UTF-8')
  }
  const resource = validResource(parseJson(body))
  if (resource.type !== type) {
    throw new Problem('invalid', 'The resource is of another type than the address', {
      expression: 'Resource',
    })
  }
  return withOwnReferences(resource, base)
}

/** `W/"3"` → `3`. https://hl7.org/fhir/R4/http.html#concurrency */
function versionIn(ifMatch: string | undefined): string | undefined {
  if (ifMatch === undefined) return undefined
  const version = /^(?:W\/)?"([^"]+)"$/.exec(ifMatch.trim())?.[1]
  if (version === undefined) throw new Problem('invalid', 'If-Match is not an ETag such as W/"3"')
  return version
}

function history(
  { method, query }: Asked,
  type: ResourceType | undefined,
  id: string | undefined,
): Interaction {
  if (method !== 'GET') throw unknownPath()
  return { kind: 'history', query: historyQuery(query, type, id) }
}
