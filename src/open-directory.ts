import type { Queryable } from './db/database.ts'
import { Problem } from './fhir/problem.ts'
import type { Directory } from './identity/directory.ts'
import {
  type DirectoryChanges,
  openStoredDirectory,
  type Stored,
  storeEntries,
} from './identity/stored-directory/stored-directory.ts'
import type { OpenRegion } from './regions.ts'

/** A directory that is open: the demo's, which never changes, or a production's. */
export interface OpenDirectory {
  readonly directory: Directory
  /** @throws Problem `forbidden` in the demo */
  store(region: string, changes: DirectoryChanges): Promise<Stored>
  close(): void
}

/** @param regions those of the registry, asked when the directory is */
export async function openDirectory(
  { directory }: { readonly directory: Directory | 'stored' },
  db: Queryable,
  regions: () => readonly OpenRegion[],
): Promise<OpenDirectory> {
  if (directory !== 'stored') {
    return { directory, store: refuse, close: () => {} }
  }
  const named = () => regions().map(({ record: { id, name } }) => ({ id, name }))
  const stored = await openStoredDirectory(db, named)
  return {
    directory: stored.directory,
    async store(region, changes) {
      const done = await storeEntries(db, region, changes)
      await stored.refresh()
      return done
    },
    close: stored.close,
  }
}

async function refuse(): Promise<never> {
  throw new Problem('forbidden', 'The demo has a directory of its own: set KARNA_DEMO=off')
}

/** Finds an entry by its HSA-id, in the list as it is when it's asked. */
export function finder<Entry extends { readonly hsaId: string }>(
  list: () => readonly Entry[],
): (hsaId: string) => Entry | undefined {
  let [entries, known] = [list(), byId(list())]
  return (hsaId) => {
    if (entries !== list()) {
      entries = list()
      known = byId(entries)
    }
    return known.get(hsaId)
  }
}

const byId = <Entry extends { readonly hsaId: string }>(entries: readonly Entry[]) =>
  new Map(entries.map((entry) => [entry.hsaId, entry]))
