import type { Sealed, StoredResource } from './record-system.ts'
import { indexResource } from './search/indexed-resource.ts'
import { covers, type Sight } from './sight.ts'

const contents = new WeakMap<Sealed, StoredResource>()

/** Closes a resource so that only its key and origin can be read. For record systems. */
export function seal(resource: StoredResource): Sealed {
  const closed = { key: resource.key, origin: resource.origin } as Sealed
  contents.set(closed, resource)
  return closed
}

/** The resource, if the sight covers it; `undefined` if not, or if it wasn't sealed by {@link seal}. */
export function unseal(closed: Sealed, sight: Sight): StoredResource | undefined {
  const resource = contents.get(closed)
  if (!resource) return undefined
  const content = () =>
    resource.bytes.length > 0 ? indexResource(JSON.parse(String(resource.bytes))) : undefined
  return covers(sight, closed.origin, content) ? resource : undefined
}

/**
 * The same resource under another name, still closed: for a record system that is made of others.
 * @param change pure; it may not keep what it's shown
 */
export function reseal(
  closed: Sealed,
  change: (resource: StoredResource) => StoredResource,
): Sealed | undefined {
  const resource = contents.get(closed)
  return resource && seal(change(resource))
}
