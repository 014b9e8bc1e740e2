/**
 * What a federation of seven regions costs over its slowest region: \`node tools/bench/federation.ts\`.
 * Every region answers from memory after its own time; what is measured is from the slowest one's answer to the page.
 */
import { parseSearch } from '../../src/fhir/search/parse.ts'
import { EVERYTHING, mintSight } from '../../src/fhir/sight.ts'
import { createFederation } from '../../src/systems/federation/federation-system.ts'
import { createMemberAsker } from '../../src/systems/federation/members.ts'
import { PERSON, personsIn, regionInMemory } from '../faults/regions-in-memory.ts'

const [, , rounds = '400'] = process.argv
const regions = Array.from({ length: 7 }, (_, n) =>
  regionInMemory(`region-${String.fromCharCode(97 + n)}`, 50, 5 + n * 3, 0),
)
const members = regions.map(({ region, system }) => ({ region, name: region, system }))
const federation = createFederation({
  name: 'all',
  members: () => members,
  persons: personsIn(regions),
  ids: {
    toFederated: (region, id) => `${region}.${id}`,
    settled: async () => {},
    toRegional: async () => undefined,
  },
  asker: createMemberAsker(Date.now, 3_000),
  deadline: 3_000,
})
const types = members[0]?.system.capability().types ?? new Map()
const sight = mintSight({ ...EVERYTHING, patients: [PERSON] })
const overheads: number[] = []
const before = process.cpuUsage()
for (let round = 0; round < Number(rounds); round++) {
  const text = `patient=${PERSON}&_sort=-date&_count=50`
  const query = parseSearch('Observation', new URLSearchParams(text), {
    types,
    base: undefined,
    now: 0,
  })
  await federation.search(query, sight)
  overheads.push(performance.now() - Math.max(...regions.map(({ answeredAt }) => answeredAt)))
}
const used = process.cpuUsage(before)
const cpu = ((used.user + used.system) / 1000 / overheads.length).toFixed(2)
const sorted = overheads.slice(20).sort((a, b) => a - b)
const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2)
process.stdout.write(
  `federation of 7, page of 50, sorted: overhead over the slowest region p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms; processor ${cpu} ms a search, the regions' own work included\n`,
)
