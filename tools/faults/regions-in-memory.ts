import type { Observation } from 'fhir/r4'
import { Problem } from '../../src/fhir/problem.ts'
import type { RecordSystem, SearchPage, StoredResource } from '../../src/fhir/record-system.ts'
import { type IndexedResource, indexResource } from '../../src/fhir/search/indexed-resource.ts'
import type { SearchQuery } from '../../src/fhir/search/query.ts'
import { searchInMemory } from '../../src/fhir/search/search-in-memory.ts'
import { searchParametersOf } from '../../src/fhir/search/search-parameter.ts'
import type { Persons } from '../../src/systems/federation/persons.ts'

/** How a region that is asked goes wrong. */
export type RegionFault = 'none' | 'hung' | 'slow' | 'down' | 'partial' | 'lying'

/** A region in memory, with one person's results. */
export interface RegionInMemory {
  readonly region: string
  readonly system: RecordSystem
  readonly ids: readonly string[]
  fault: RegionFault
  /** When it last answered, by `performance.now()`. */
  answeredAt: number
}

const TYPES = new Map([
  [
    'Observation' as const,
    {
      interactions: new Set(['read', 'search-type'] as const),
      searchParams: new Map(
        [...searchParametersOf('Observation').keys()].map((code) => [code, 'native' as const]),
      ),
    },
  ],
])

/** The one person of whom all of these regions have something. */
export const PERSON = '3f8a1c1e-7e0c-4d3c-9d0e-0a4c4f9f0001'

/**
 * A region that answers a search after some milliseconds from its memory; or hangs, is late, is down, leaves out half and
 * says so, or answers about somebody else.
 *
 * @param late milliseconds that a slow one takes
 */
export function regionInMemory(
  region: string,
  count: number,
  milliseconds: number,
  late: number,
): RegionInMemory {
  const stored = new Map<IndexedResource, StoredResource>()
  for (let n = 0; n < count; n++) {
    const { indexed, resource } = observation(region, n)
    stored.set(indexed, resource)
  }
  const refuse = async () => {
    throw new Problem('not-supported', 'It is read by search alone')
  }
  /** A region's own work isn't what is measured: the same question is worked out once. */
  const answers = new Map<string, ReturnType<typeof searchInMemory>>()
  const answerTo = (query: SearchQuery) => {
    const key = JSON.stringify([query.text, query.count, query.cursor])
    const known = answers.get(key) ?? searchInMemory(query, stored.keys())
    answers.set(key, known)
    return known
  }
  const made: RegionInMemory = {
    region,
    ids: [...stored.values()].map(({ key }) => `${region}.${key.id}`),
    fault: 'none',
    answeredAt: 0,
    system: {
      name: region,
      logsWrites: false,
      capability: () => ({ types: TYPES, system: new Set() }),
      locate: async () => undefined,
      async search(query): Promise<SearchPage> {
        const { fault } = made
        if (fault === 'hung') await new Promise(() => {})
        if (fault === 'down') throw new Problem('transient', 'it takes no calls')
        await new Promise((resolve) => setTimeout(resolve, fault === 'slow' ? late : milliseconds))
        const page = answerTo(query)
        const hits = page.matches.flatMap((indexed) => {
          const resource = stored.get(indexed)
          const told = resource && fault === 'lying' ? ofAnother(resource) : resource
          return told ? [{ resource: told, mode: 'match' as const }] : []
        })
        made.answeredAt = performance.now()
        const isPartial = fault === 'partial'
        const issue = { source: region, kind: 'partial', message: 'half is left out' } as const
        return {
          hits: isPartial ? hits.slice(0, hits.length / 2) : hits,
          total: query.total === 'none' ? undefined : page.total,
          next: page.next,
          issues: isPartial ? [issue] : [],
        }
      },
      history: refuse,
      transact: refuse,
      changes: refuse,
    },
  }
  return made
}

/** The same, of another patient: what a source that mixes up its answers sends. */
function ofAnother(resource: StoredResource): StoredResource {
  return { ...resource, origin: { ...resource.origin, patient: 'somebody-else' } }
}

function observation(region: string, n: number) {
  const value: Observation = {
    resourceType: 'Observation',
    id: `o${n}`,
    status: 'final',
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/observation-category',
            code: 'laboratory',
          },
        ],
      },
    ],
    code: {
      coding: [{ system: 'urn:oid:1.2.752.108.1', code: 'NPU19748', display: 'P-CRP' }],
      text: 'P-CRP',
    },
    subject: { reference: 'Patient/p' },
    encounter: { reference: `Encounter/e${n}` },
    effectiveDateTime: new Date(
      Date.UTC(2026, 0, 1) + n * 86_400_000 + region.length,
    ).toISOString(),
    valueQuantity: { value: n, unit: 'mg/L', system: 'http://unitsofmeasure.org', code: 'mg/L' },
    note: [{ text: 'Ingen blödning. Svarat per telefon till avdelningen.' }],
  }
  const resource: StoredResource = {
    key: { type: 'Observation', id: `o${n}` },
    version: '1',
    lastUpdated: '2026-11-24T08:00:00.000Z',
    origin: {
      type: 'Observation',
      patient: 'p',
      unit: `SE-${region}`,
      provider: `SE-${region}`,
      process: undefined,
      labels: [],
      from: undefined,
      to: undefined,
    },
    bytes: Buffer.from(JSON.stringify(value)),
    method: 'create',
  }
  return { resource, indexed: indexResource(value) }
}

/** An index in which every region has something about the one person. */
export function personsIn(regions: readonly { readonly region: string }[]): Persons {
  const places = regions.map(({ region }) => ({ region, patient: 'p' }))
  return {
    byNumber: async () => PERSON,
    byPatient: async (_region, patient) => (patient === 'p' ? PERSON : undefined),
    numberOf: async () => '191212121212',
    patientsIn: async () => ['p'],
    whereIs: async (person) => (person === PERSON ? places : []),
    note: async () => PERSON,
    noteAll: async () => {},
    forgetRegion: async () => {},
  }
}
