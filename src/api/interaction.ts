import { parseJson } from '../fhir/json/parse.ts'
import { parseJsonPatch } from '../fhir/patch/json-patch.ts'
import { Problem } from '../fhir/problem.ts'
import type { Capability, Change, HistoryQuery, ResourceKey } from '../fhir/record-system.ts'
import { isResourceType, type ResourceType } from '../fhir/resource-type.ts'
import { parseSearch } from '../fhir/search/parse.ts'
import type { SearchQuery } from '../fhir/search/query.ts'
import type { ValidResource } from '../fhir/validation/valid-resource.ts'
import { validResource } from '../fhir/validation/validate.ts'

/** What a request asks for. Entries of a Bundle become the same. https://hl7.org/fhir/R4/http.html */
export type Interaction =
  | { readonly kind: 'read'; readonly key: ResourceKey; readonly version: string | undefined }
  | { readonly kind: 'search'; readonly query: SearchQuery }
  | { readonly kind: 'history'; readonly query: HistoryQuery }
  | { readonly kind: 'change'; readonly change: Change }

/** A request or a Bundle entry, before it is understood. */
export interface Asked {
  readonly method: string
  /** Below the region: `Observation/17`. */
  readonly path: string
  readonly query: string
  readonly body: Buffer | undefined
  readonly ifMatch: string | undefined
  readonly ifNoneExist: string | undefined
}

/** What requests are understood with. */
export interface Understanding {
  readonly capability: Capability
  readonly base: string
  readonly now: number
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/

/** @throws Problem for what isn't an interaction, or names what can't be */
export function interactionOf(asked: Asked, how: Understanding): Interaction {
  const [type = '', id, word, version, more] = asked.path.split('/')
  if (more !== undefined) throw unknownPath()
  if (type === '_history' && id === undefined) return history(asked, undefined, undefined)
  if (!isResourceType(type))
    throw new Problem('not-supported', 'There is no such resource type in R4')
  if (id === undefined || id === '_search') return onType(asked, how, type)
  if (id === '_history' && word === undefined) return history(asked, type, undefined)
  if (!ID.test(id)) throw new Problem('not-found', `There is no such ${type} to be seen`)
  if (word === undefined) return onInstance(asked, { type, id })
  if (word !== '_history' || asked.method !== 'GET') throw unknownPath()
  if (version === undefined) return history(asked, type, id)
  return { kind: 'read', key: { type, id }, version }
}

/** https://hl7.org/fhir/R4/http.html#patch */
function patch(asked: Asked, type: ResourceType, target: string | SearchQuery): Interaction {
  const apply = parseJsonPatch(asked.body ?? Buffer.alloc(0))
  const change: Change = {
    kind: 'patch',
    type,
    target,
    ifMatch: versionIn(asked.ifMatch),
    apply: ({ key, bytes }) => {
      const patched = validResource(parseJson(apply(bytes)))
      if (patched.type === key.type && patched.id === key.id) return patched
      throw new Problem('business-rule', 'A patch may not change what the resource is')
    },
  }
  return { kind: 'change', change }
}

const unknownPath = () => new Problem('not-supported', 'There is no such interaction')

function onInstance(asked: Asked, key: ResourceKey): Interaction {
  const ifMatch = versionIn(asked.ifMatch)
  const { type, id } = key
  switch (asked.method) {
    case 'GET':
      return { kind: 'read', key, version: undefined }
    case 'PUT': {
      const resource = resourceIn(asked, type)
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
      return patch(asked, type, id)
    default:
      throw unknownPath()
  }
}

function onType(asked: Asked, how: Understanding, type: ResourceType): Interaction {
  const condition = () => searchIn(asked.query, type, how)
  switch (asked.method) {
    case 'GET':
      return { kind: 'search', query: condition() }
    case 'POST': {
      if (asked.path.endsWith('/_search')) {
        return {
          kind: 'search',
          query: searchIn(joined(asked.query, String(asked.body ?? '')), type, how),
        }
      }
      const ifNoneExist = asked.ifNoneExist ? searchIn(asked.ifNoneExist, type, how) : undefined
      const resource = resourceIn(asked, type)
      return {
        kind: 'change',
        change: { kind: 'create', type, resource, id: undefined, ifNoneExist },
      }
    }
    case 'PUT': {
      const resource = resourceIn(asked, type)
      return {
        kind: 'change',
        change: {
          kind: 'conditional-update',
          type,
          condition: named(condition()),
          resource,
          id: undefined,
        },
      }
    }
    case 'PATCH':
      return patch(asked, type, named(condition()))
    case 'DELETE':
      return {
        kind: 'change',
        change: {
          kind: 'delete',
          type,
          target: named(condition()),
          ifMatch: versionIn(asked.ifMatch),
        },
      }
    default:
      throw unknownPath()
  }
}

const joined = (url: string, body: string) => [url, body].filter((part) => part !== '').join('&')

/** A condition that says nothing would match everything. */
function named(condition: SearchQuery): SearchQuery {
  if (condition.clauses.length > 0) return condition
  throw new Problem('invalid', 'The condition names nothing')
}

export function searchIn(text: string, type: ResourceType, how: Understanding): SearchQuery {
  const { capability, base, now } = how
  return parseSearch(type, new URLSearchParams(text), { types: capability.types, base, now })
}

function resourceIn({ body }: Asked, type: ResourceType): ValidResource {
  if (!body || body.length === 0) throw new Problem('required', 'The request has no resource')
  const resource = validResource(parseJson(body))
  if (resource.type !== type) {
    throw new Problem('invalid', 'The resource is of another type than the address', {
      expression: 'Resource',
    })
  }
  return resource
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
  const parameters = new URLSearchParams(query)
  for (const name of parameters.keys()) {
    if (!['_count', '_since', '_cursor', '_format'].includes(name)) {
      throw new Problem(
        'not-supported',
        `A history has no parameter ${/^\w+$/.test(name) ? name : ''}`,
      )
    }
  }
  const count = Number(parameters.get('_count') ?? 50)
  if (!Number.isInteger(count) || count < 1) throw new Problem('invalid', '_count is not a number')
  const since = parameters.get('_since') ?? undefined
  if (since !== undefined && Number.isNaN(Date.parse(since))) {
    throw new Problem('invalid', '_since is not an instant')
  }
  const cursor = parameters.get('_cursor') ?? undefined
  return { kind: 'history', query: { type, id, since, count: Math.min(count, 1000), cursor } }
}
