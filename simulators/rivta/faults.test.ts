import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import type { Condition, FhirResource } from 'fhir/r4'
import type { RecordSystem, SearchPage } from '../../src/fhir/record-system.ts'
import type { ResourceType } from '../../src/fhir/resource-type.ts'
import { parseSearch } from '../../src/fhir/search/parse.ts'
import { EVERYTHING, mintSight } from '../../src/fhir/sight.ts'
import { createRivtaSystem } from '../../src/systems/rivta/rivta-system.ts'
import type { TlsOptions } from '../../src/systems/rivta/soap/soap-client.ts'
import { profileOf } from './connect.ts'
import type { FaultMode } from './faults.ts'
import { MELIOR, MELIOR_PLUS, TAKECARE } from './products.ts'
import type { ProductProfile } from './profile.ts'
import { startRivtaSimulator } from './rivta-simulator.ts'
import { opensslMissing, selfSigned } from './self-signed.ts'

const closing: (() => unknown)[] = []
after(async () => {
  for (const close of closing.reverse()) await close()
})

const HSA = 'urn:oid:1.2.752.29.4.19'
const NUMBER = '191212121212'
const OTHER = '201212121212'
const everything = mintSight(EVERYTHING)

function organization(id: string, owner?: string): FhirResource {
  const partOf = owner === undefined ? {} : { partOf: { reference: `Organization/${owner}` } }
  return {
    resourceType: 'Organization',
    id,
    identifier: [{ system: HSA, value: `SE1-${id}` }],
    name: id,
    ...partOf,
  }
}

function patient(id: string, value: string): FhirResource {
  return {
    resourceType: 'Patient',
    id,
    identifier: [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value }],
  }
}

function diagnosis(id: string, unit: string, whose = 'p1'): Condition {
  return {
    resourceType: 'Condition',
    id,
    meta: { source: `${HSA}#SE1-${unit}` },
    code: { text: `Diagnos ${id}` },
    subject: { reference: `Patient/${whose}` },
    recordedDate: '2026-03-01T08:00:00+01:00',
  }
}

function note(at: number): FhirResource {
  return {
    resourceType: 'Composition',
    id: `n${at}`,
    meta: { source: `${HSA}#SE1-E1` },
    status: 'final',
    type: { text: 'Daganteckning' },
    title: `Anteckning ${at}`,
    subject: { reference: 'Patient/p1' },
    date: '2026-03-01T08:00:00+01:00',
    author: [{ display: 'Åsa' }],
    section: [{ title: 'Status', text: { status: 'additional', div: DIV } }],
  }
}

const DIV = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Ej feber</p></div>'

const REGION: readonly FhirResource[] = [
  organization('E0'),
  organization('E1', 'E0'),
  organization('E2', 'E0'),
  organization('E3', 'E0'),
  patient('p1', NUMBER),
  patient('p2', OTHER),
  diagnosis('d1', 'E1'),
  diagnosis('d3', 'E3'),
  diagnosis('another', 'E1', 'p2'),
  diagnosis('another3', 'E3', 'p2'),
  ...Array.from({ length: 8 }, (_, at) => note(at)),
]

async function connect(product: ProductProfile, more: Parameters<typeof profileOf>[2] = {}) {
  const simulator = await startRivtaSimulator(product, REGION)
  closing.push(() => simulator.close())
  const profile = profileOf(simulator, 'region', { deadline: 5_000, ...more })
  const system = createRivtaSystem({ profile, secret: Buffer.alloc(32, 1), now: Date.now })
  closing.push(() => system.close())
  const people = await search(system, 'Patient', `identifier=${NUMBER}`)
  return { simulator, system, person: people.hits[0]?.resource.key.id ?? '' }
}

function search(system: RecordSystem, type: ResourceType, text: string): Promise<SearchPage> {
  const { types } = system.capability()
  const query = parseSearch(type, new URLSearchParams(text), { types, base: undefined, now: 0 })
  return system.search(query, everything)
}

const names = ({ hits }: SearchPage) =>
  hits.map(({ resource }) => JSON.parse(String(resource.bytes)).code?.text).sort()

/** Long enough for a machine that has much to do; only the source that is hung uses all of it. */
const DEADLINE = 2_500

const KINDS: Readonly<Partial<Record<FaultMode, string>>> = {
  hung: 'timeout',
  fault: 'unavailable',
  truncated: 'unavailable',
  down: 'unavailable',
  error: 'unavailable',
  garbage: 'unavailable',
  lying: 'partial',
}

for (const [mode, kind] of Object.entries(KINDS)) {
  test(`one source is ${mode}: the rest is complete, what is missing is named, in time`, async () => {
    const { simulator, system, person } = await connect(MELIOR, { deadline: DEADLINE })
    simulator.setFault(mode as FaultMode, { source: 'Melior B' })
    const started = performance.now()
    const page = await search(system, 'Condition', `patient=${person}&_total=accurate`)
    const elapsed = performance.now() - started
    assert.deepEqual(names(page), ['Diagnos d1'])
    assert.ok(page.issues.length > 0)
    assert.deepEqual([...new Set(page.issues.map(({ source }) => source))], ['Melior B'])
    assert.ok(
      page.issues.some((issue) => issue.kind === kind),
      JSON.stringify(page.issues),
    )
    assert.equal(page.total, undefined, 'a total that is too low is none')
    assert.ok(elapsed < 2 * DEADLINE, `${elapsed} ms`)
    simulator.setFault('none')
    const whole = await search(system, 'Condition', `patient=${person}&_total=accurate`)
    assert.deepEqual(
      [names(whole), whole.issues, whole.total],
      [['Diagnos d1', 'Diagnos d3'], [], 2],
    )
  })
}

test('a source that is slow is waited for within the deadline', async () => {
  const { simulator, system, person } = await connect(MELIOR, { deadline: 5_000 })
  simulator.setFault('slow', { source: 'Melior B' })
  const page = await search(system, 'Condition', `patient=${person}`)
  assert.deepEqual([names(page), page.issues], [['Diagnos d1', 'Diagnos d3'], []])
})

test('what may be there but did not answer is not said to be missing', async () => {
  const { simulator, system, person } = await connect(MELIOR)
  const { hits } = await search(system, 'Condition', `patient=${person}`)
  const found = hits.find(({ resource }) => String(resource.bytes).includes('Diagnos d3'))?.resource
  assert.ok(found)
  const again = await connect(MELIOR, { deadline: DEADLINE })
  again.simulator.setFault('hung', { source: 'Melior B' })
  await assert.rejects(again.system.locate(found.key), { code: 'transient' })
  simulator.setFault('none')
  assert.ok(await system.locate(found.key))
})

test('notes come page by page, all of them', async () => {
  const { system, simulator, person } = await connect(
    { ...MELIOR_PLUS, pageSize: 3 },
    { deadline: 5_000 },
  )
  const page = await search(system, 'Composition', `patient=${person}&_count=100&_total=accurate`)
  assert.equal(page.total, 8)
  const pages = simulator.asked.filter((each) => each.startsWith('GetCareDocumentation'))
  assert.equal(pages.length, 3)
})

test('a record without HSA-ids is placed by its author’s unit, or left out and counted', async () => {
  const lacking: ProductProfile = { ...TAKECARE, lacksOrigin: ({ id }) => id === 'd1' }
  const known = await connect(lacking)
  const found = await search(known.system, 'Condition', `patient=${known.person}`)
  assert.deepEqual([names(found), found.issues], [['Diagnos d1', 'Diagnos d3'], []])
  const unknown = await connect(lacking, { units: [], providers: [] })
  const left = await search(unknown.system, 'Condition', `patient=${unknown.person}`)
  assert.deepEqual(names(left), ['Diagnos d3'])
  assert.match(left.issues[0]?.message ?? '', /1 records without care unit/)
})

test('with mutual TLS only who shows a certificate is answered', {
  skip: opensslMissing,
}, async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tls-'))
  closing.push(() => rmSync(folder, { recursive: true }))
  const [ours, theirs] = [selfSigned(folder, 'SE1-KARNA'), selfSigned(folder, 'SE1-MELIOR')]
  const simulator = await startRivtaSimulator(MELIOR, REGION, { ...theirs, ca: ours.cert })
  closing.push(() => simulator.close())
  const ask = async (tls: TlsOptions) => {
    const profile = profileOf(simulator, 'region', { deadline: 5_000 })
    const system = createRivtaSystem({ profile, secret: Buffer.alloc(32, 1), now: Date.now, tls })
    closing.push(() => system.close())
    const people = await search(system, 'Patient', `identifier=${NUMBER}`)
    return search(system, 'Condition', `patient=${people.hits[0]?.resource.key.id}`)
  }
  const known = await ask({ ...ours, ca: theirs.cert })
  assert.deepEqual([names(known), known.issues], [['Diagnos d1', 'Diagnos d3'], []])
  const stranger = await ask({ ca: theirs.cert })
  assert.deepEqual(names(stranger), [])
  assert.ok(stranger.issues.every(({ kind }) => kind === 'unavailable'))
})

test('what two versions of a contract answer is there once', async () => {
  const [older, newer] = await Promise.all(
    [MELIOR, MELIOR_PLUS].map((product) => startRivtaSimulator(product, REGION)),
  )
  assert.ok(older && newer)
  closing.push(
    () => older.close(),
    () => newer.close(),
  )
  const sources = [older, newer].flatMap((each) => profileOf(each, 'region').sources)
  const profile = profileOf(older, 'region', { deadline: 5_000, sources })
  const system = createRivtaSystem({ profile, secret: Buffer.alloc(32, 1), now: Date.now })
  closing.push(() => system.close())
  const people = await search(system, 'Patient', `identifier=${NUMBER}`)
  const patient = `patient=${people.hits[0]?.resource.key.id}&_count=100&_total=accurate`
  assert.equal((await search(system, 'Composition', patient)).total, 8)
  assert.equal((await search(system, 'Condition', patient)).total, 2)
})

test('a hospital that changes to the newer version keeps the ids of what it had', async () => {
  const before = await connect(MELIOR, { deadline: 5_000 })
  const after = await connect(MELIOR_PLUS, { deadline: 5_000 })
  assert.equal(before.person, after.person)
  for (const type of ['Condition', 'Composition'] as const) {
    const ids = async (system: RecordSystem) => {
      const { hits, issues } = await search(system, type, `patient=${before.person}&_count=100`)
      assert.deepEqual(issues, [])
      return hits.map(({ resource }) => resource.key.id).sort()
    }
    assert.deepEqual(await ids(after.system), await ids(before.system))
  }
})
