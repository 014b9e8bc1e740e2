import { Problem } from '../fhir/problem.ts'
import type { ResourceKey, StoredResource } from '../fhir/record-system.ts'
import { type IndexedResource, indexResource } from '../fhir/search/indexed-resource.ts'
import { matches } from '../fhir/search/match.ts'
import type { SearchQuery } from '../fhir/search/query.ts'
import { covers, type Sight } from '../fhir/sight.ts'
import type { NewVersion } from './version.ts'

/** What one caller's changes have come to so far, before anything is in the database. */
export interface Staged {
  /** @throws Problem `invalid` if the resource has been changed before: a transaction names each once */
  add(version: NewVersion): void
  has(key: ResourceKey): boolean
  /** Which of them a condition matches, under a sight. */
  matching(condition: SearchQuery, sight: Sight): StoredResource[]
  versions(): readonly NewVersion[]
}

/** Begins with nothing. https://hl7.org/fhir/R4/http.html#trules */
export function createStaged(): Staged {
  const byName = new Map<string, NewVersion>()
  const all: NewVersion[] = []
  const indexed = new Map<NewVersion, IndexedResource>()

  function indexOf(version: NewVersion): IndexedResource {
    const known = indexed.get(version)
    if (known) return known
    const made = indexResource(JSON.parse(String(version.resource.bytes)))
    indexed.set(version, made)
    return made
  }

  return {
    add(version) {
      const name = nameOf(version.resource.key)
      if (byName.has(name)) {
        throw namedTwice()
      }
      byName.set(name, version)
      all.push(version)
    },
    has: (key) => byName.has(nameOf(key)),
    matching: (condition, sight) =>
      all
        .filter(({ resource, deleted }) => !deleted && resource.key.type === condition.type)
        .filter((version) => covers(sight, version.resource.origin, () => indexOf(version)))
        .filter((version) => matches(condition, indexOf(version)))
        .map(({ resource }) => resource),
    versions: () => all,
  }
}

/** What is deleted can't also be found, nor what is changed be changed. https://hl7.org/fhir/R4/http.html#trules */
export const namedTwice = () =>
  new Problem('invalid', 'The same resource is in the transaction twice')

const nameOf = ({ type, id }: ResourceKey) => `${type}/${id}`
