import type { Sealed, StoredResource } from './record-system.ts'
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
  return covers(sight, closed.origin) ? contents.get(closed) : undefined
}
