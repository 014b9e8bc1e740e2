import type { DocumentContent, LoadEntry } from './entries.ts'
import { createLoader, type Loader, type LoadReport, type LoadTarget } from './load.ts'

/** Finds the region of a care unit by its HSA-id. */
export type RegionOfUnit = (hsaId: string) => string | undefined

const HSA_ID = 'urn:oid:1.2.752.29.4.19#'

/**
 * Loads each resource into the region of the care unit that its `meta.source` names, and what names none into another.
 * Source: HL7 Sweden, HSA-id's OID.
 */
export function createSourceLoader(
  targetOf: (region: string) => LoadTarget,
  regionOf: RegionOfUnit,
  otherwise: string,
): Loader {
  const loaders = new Map<string, Loader>()
  const rejections: LoadReport['rejections'] = []
  return {
    get report() {
      return together(
        [...loaders.values()].map(({ report }) => report),
        rejections,
      )
    },
    async add(content: DocumentContent) {
      rejections.push(...content.rejections)
      for (const [region, entries] of Map.groupBy(content.entries, (entry) => regionFor(entry))) {
        const loader = loaders.get(region) ?? createLoader(targetOf(region))
        loaders.set(region, loader)
        await loader.add({ entries, rejections: [] })
      }
    },
    async finish() {
      for (const loader of loaders.values()) await loader.finish()
    },
  }

  function regionFor({ bytes }: LoadEntry): string {
    const { meta } = JSON.parse(String(bytes)) as { meta?: { source?: unknown } }
    const source = typeof meta?.source === 'string' ? meta.source : ''
    const region = source.startsWith(HSA_ID) ? regionOf(source.slice(HSA_ID.length)) : undefined
    return region ?? otherwise
  }
}

function together(
  reports: readonly LoadReport[],
  rejections: LoadReport['rejections'],
): LoadReport {
  const storedByType = new Map<string, number>()
  for (const [type, count] of reports.flatMap((report) => [...report.storedByType])) {
    storedByType.set(type, (storedByType.get(type) ?? 0) + count)
  }
  const sum = (name: 'stored' | 'updated' | 'alreadyThere') =>
    reports.reduce((total, report) => total + report[name], 0)
  return {
    stored: sum('stored'),
    updated: sum('updated'),
    alreadyThere: sum('alreadyThere'),
    storedByType,
    rejections: [...rejections, ...reports.flatMap((report) => report.rejections)],
  }
}
