import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Condition, FhirResource } from 'fhir/r4'
import { profileOf } from '../../../simulators/rivta/connect.ts'
import { MELIOR } from '../../../simulators/rivta/products.ts'
import { startRivtaSimulator } from '../../../simulators/rivta/rivta-simulator.ts'
import type { RecordSystem } from '../../fhir/record-system.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import { parseSearch } from '../../fhir/search/parse.ts'
import { EVERYTHING, mintSight, type Sight } from '../../fhir/sight.ts'
import { createRivtaSystem } from './rivta-system.ts'

const closing: (() => unknown)[] = []
after(async () => {
  for (const close of closing.reverse()) await close()
})

const HSA = 'urn:oid:1.2.752.29.4.19'
const NUMBER = '191212121212'
const everything = mintSight(EVERYTHING)

const REGION: FhirResource[] = [
  {
    resourceType: 'Organization',
    id: 'E0',
    identifier: [{ system: HSA, value: 'SE1-E0' }],
    name: 'Regionen',
  },
  {
    resourceType: 'Organization',
    id: 'E1',
    identifier: [{ system: HSA, value: 'SE1-E1' }],
    name: 'Kirurgen',
    partOf: { reference: 'Organization/E0' },
  },
  {
    resourceType: 'Organization',
    id: 'E2',
    identifier: [{ system: HSA, value: 'SE1-E2' }],
    name: 'Medicin',
    partOf: { reference: 'Organization/E0' },
  },
  {
    resourceType: 'Patient',
    id: 'p1',
    identifier: [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value: NUMBER }],
  },
  {
    resourceType: 'Patient',
    id: 'p2',
    identifier: [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value: '201212121212' }],
  },
  diagnosis('d1', 'E1', 'J18.9', 'Pneumoni, EJ covid (<5 %)', '2026-01-15T08:30:00+01:00'),
  diagnosis('d2', 'E2', 'I50.9', 'Hjärtsvikt, EF 40 %', '2026-07-15T08:30:00+02:00'),
  diagnosis('d3', 'E2', 'E11.9', 'Diabetes typ 2', '2024-03-01'),
]

function diagnosis(id: string, unit: string, code: string, text: string, at: string): Condition {
  return {
    resourceType: 'Condition',
    id,
    meta: { source: `${HSA}#SE1-${unit}` },
    code: { coding: [{ system: 'urn:oid:1.2.752.116.1.1.1', code, display: text }], text },
    subject: { reference: 'Patient/p1' },
    recordedDate: at,
    onsetDateTime: at,
  }
}

async function region(more: Parameters<typeof profileOf>[2] = {}) {
  const simulator = await startRivtaSimulator(MELIOR, REGION)
  closing.push(() => simulator.close())
  const system = createRivtaSystem({
    profile: profileOf(simulator, 'skane', more),
    secret: Buffer.alloc(32, 1),
    now: Date.now,
  })
  closing.push(() => system.close())
  return { simulator, system }
}

async function search(
  system: RecordSystem,
  type: ResourceType,
  text: string,
  sight: Sight = everything,
) {
  const { types } = system.capability()
  const query = parseSearch(type, new URLSearchParams(text), { types, base: undefined, now: 0 })
  return system.search(query, sight)
}

async function patientIn(system: RecordSystem): Promise<string> {
  const { hits } = await search(system, 'Patient', `identifier=${NUMBER}`)
  return hits[0]?.resource.key.id ?? ''
}

test('a diagnosis comes from the source through search, each once though two databases have it', async () => {
  const { system, simulator } = await region()
  const patient = await patientIn(system)
  const page = await search(
    system,
    'Condition',
    `patient=${patient}&_sort=recorded-date&_total=accurate`,
  )
  assert.deepEqual(page.issues, [])
  assert.equal(page.total, 3)
  const [oldest, winter] = page.hits.map(({ resource }) => JSON.parse(String(resource.bytes)))
  assert.equal(oldest.code.text, 'Diabetes typ 2')
  assert.equal(winter.code.text, 'Pneumoni, EJ covid (<5 %)')
  assert.equal(winter.recordedDate, '2026-01-15T08:30:00+01:00')
  assert.equal(winter.meta.source, `${HSA}#SE1-E1`)
  assert.equal(winter.subject.reference, `Patient/${patient}`)
  assert.equal(simulator.asked.length, 4)
})

test('what the source cannot be searched by is found in memory, and sorted, paged and counted', async () => {
  const { system } = await region()
  const patient = await patientIn(system)
  const codes = async (text: string) => {
    const { hits, issues } = await search(system, 'Condition', `patient=Patient/${patient}&${text}`)
    assert.deepEqual(issues, [])
    return hits.map(({ resource }) => JSON.parse(String(resource.bytes)).code.coding[0].code)
  }
  assert.deepEqual(await codes('code=I50.9'), ['I50.9'])
  assert.deepEqual(await codes('code:text=pneumoni'), ['J18.9'])
  assert.deepEqual(await codes('recorded-date=ge2026-06'), ['I50.9'])
  assert.deepEqual(await codes('_sort=-recorded-date'), ['I50.9', 'J18.9', 'E11.9'])
  assert.deepEqual(await codes('code:not=I50.9&_sort=recorded-date'), ['E11.9', 'J18.9'])
  assert.deepEqual(await codes('clinical-status=resolved'), [])
  const first = await search(system, 'Condition', `patient=${patient}&_sort=recorded-date&_count=2`)
  assert.equal(first.hits.length, 2)
  assert.ok(first.next)
})

test('its capability says what the source finds by itself, what is found in memory, and refuses the rest', async () => {
  const { system } = await region()
  const { types } = system.capability()
  const condition = types.get('Condition')
  assert.equal(condition?.searchParams.get('patient'), 'native')
  assert.equal(condition?.searchParams.get('code'), 'emulated')
  assert.equal(types.get('Patient')?.searchParams.get('identifier'), 'native')
  assert.equal(condition?.interactions.has('create'), false)
  assert.equal(types.has('Appointment'), false)
  await assert.rejects(search(system, 'Condition', 'no-such=1'), { code: 'not-supported' })
  const nothing = { kind: 'create' } as never
  await assert.rejects(system.transact([nothing], {} as never), { code: 'not-supported' })
})

test('an id leads to its record and to no other, and one that was changed to nothing', async () => {
  const { system } = await region()
  const patient = await patientIn(system)
  const { hits } = await search(system, 'Condition', `patient=${patient}`)
  const key = hits[0]?.resource.key
  assert.ok(key)
  assert.equal((await system.locate(key))?.origin.patient, patient)
  const changed = `${key.id.startsWith('A') ? 'B' : 'A'}${key.id.slice(1)}`
  assert.equal(await system.locate({ ...key, id: changed }), undefined)
  assert.equal(await system.locate({ type: 'Condition', id: patient }), undefined)
  const again = await search(system, 'Condition', `_id=${key.id}`)
  assert.deepEqual(
    again.hits.map(({ resource }) => resource.key.id),
    [key.id],
  )
})

test('an include brings what a record points at, and a revinclude what points at it', async () => {
  const { system } = await region()
  const patient = await patientIn(system)
  const kinds = async (type: ResourceType, text: string) => {
    const { hits } = await search(system, type, text)
    return hits.map(({ resource, mode }) => `${mode} ${resource.key.type}`).sort()
  }
  const patients = await kinds('Condition', `patient=${patient}&_include=Condition:patient`)
  assert.deepEqual(patients, ['include Patient', ...Array(3).fill('match Condition')])
  const conditions = await kinds('Patient', `_id=${patient}&_revinclude=Condition:patient`)
  assert.deepEqual(conditions, [...Array(3).fill('include Condition'), 'match Patient'])
})

test('a search about nobody, or about too many, is refused', async () => {
  const { system } = await region()
  const many = Array.from({ length: 30 }, (_, at) => `Patient/x${at}`).join(',')
  await assert.rejects(search(system, 'Condition', ''), { code: 'not-supported' })
  await assert.rejects(search(system, 'Condition', `patient=${many}`), { code: 'too-costly' })
  await assert.rejects(search(system, 'Patient', 'name=Åsa'), { code: 'not-supported' })
})
