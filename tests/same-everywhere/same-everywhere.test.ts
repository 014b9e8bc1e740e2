import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import { createDatabase, type Database } from '../../src/db/database.ts'
import type { RecordSystem, SearchHit } from '../../src/fhir/record-system.ts'
import type { ResourceType } from '../../src/fhir/resource-type.ts'
import { patientOf } from '../../src/fhir/search/patient-of.ts'
import { parseExactly } from '../../src/systems/rivta/provide/exact-json.ts'
import { freshDatabaseUrl } from '../database.ts'
import { recordsOf, searchIn } from '../fhir-server.ts'
import { clinicalAnswers, type Lacking } from './clinical-answer.ts'
import { elementsOf, type Question, questionsFor } from './questions.ts'
import { filledStore, openRegions, type RegionUnderTest } from './regions.ts'

/*
 * The same questions to our own store and to Cosmic, Millennium, Melior, Melior+ and TakeCare filled with the same people,
 * each as a region runs it: what the product lacks is in our store beside it. The clinical answer must be the same, but
 * for what the information map says that a source doesn't tell.
 */

const REGION = 'orebro'
const PEOPLE = 3
/** Questions at a time. */
const TOGETHER = 8
let db: Database
let resources: FhirResource[]
let patients: string[]
let own: RecordSystem
let regions: readonly RegionUnderTest[]

before(async () => {
  db = createDatabase(await freshDatabaseUrl())
  resources = withRarities(recordsOf(REGION, 70))
  patients = resources.filter((each) => each.resourceType === 'Patient').map(({ id = '' }) => id)
  own = await filledStore(db, 'own', resources)
  regions = await openRegions(db, resources)
})
after(() => db.end())

/**
 * With what the invented people happen not to have: an order that is on hold, a value that is only known to be low, and a
 * sign in a diagnosis that not every product keeps.
 */
function withRarities(records: FhirResource[]): FhirResource[] {
  const [first] = records.filter((each) => each.resourceType === 'MedicationRequest')
  const crp = records.find(
    (each) => each.resourceType === 'Observation' && each.code.text?.startsWith('P-CRP'),
  )
  assert.ok(first && crp?.resourceType === 'Observation' && crp.valueQuantity)
  crp.valueQuantity = { ...crp.valueQuantity, value: 5, comparator: '<' }
  const [diagnosis] = records.filter((each) => each.resourceType === 'Condition')
  const patient = records.find((each) => each.resourceType === 'Patient')
  assert.ok(diagnosis && patient)
  const sign = {
    ...diagnosis,
    id: 'sign',
    subject: { reference: `Patient/${patient.id}` },
    code: { ...diagnosis.code, text: 'Hjärtsvikt, EF ≤ 40 %' },
  }
  return [...records, { ...first, id: 'on-hold', status: 'on-hold' }, sign]
}

/** What a clinician would call the same: without what a server stamps and the codes that are a product's own. */
function clinical(bytes: Buffer): unknown {
  const value = JSON.parse(String(bytes)) as Record<string, unknown>
  const { meta: _, extension, ...rest } = value
  const kept = (extension as { url: string }[] | undefined)?.filter(
    ({ url }) => !url.includes('CareUnitSe'),
  )
  const whole = kept && kept.length > 0 ? { ...rest, extension: kept } : rest
  return sorted(whole)
}

const OWN_CODES = /cerner\.com|cambio\.se/

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).flatMap(([name, inner]) => {
    if (name !== 'coding' || !Array.isArray(inner)) return [[name, sorted(inner)] as const]
    const standard = inner.filter(
      ({ system }: { system?: string }) => !OWN_CODES.test(system ?? ''),
    )
    return standard.length === 0 ? [] : [[name, sorted(standard)] as const]
  })
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

const exactly = (hits: readonly SearchHit[]) =>
  hits
    .map(({ resource: { key, bytes }, mode }) =>
      JSON.stringify([mode, key.type, key.id, clinical(bytes)]),
    )
    .sort()

const clinically = (
  hits: readonly SearchHit[],
  lacking: Lacking,
  kept: RegionUnderTest['kept'] = (resource) => resource,
) =>
  clinicalAnswers(
    hits.map(({ resource }) => kept(resourceIn(resource.bytes))),
    lacking,
  )

/** What is the same bytes is read once. */
function resourceIn(bytes: Buffer): FhirResource {
  const known = values.get(bytes) ?? parseExactly(bytes)
  values.set(bytes, known)
  return known
}
const values = new WeakMap<Buffer, FhirResource>()

/** What is only on one side, `-` expected and `+` found. */
function differences(
  found: readonly SearchHit[],
  expected: readonly SearchHit[],
  { isExact, lacking, kept }: RegionUnderTest,
): string[] {
  const [ours, theirs] = isExact
    ? [exactly(expected), exactly(found)]
    : [clinically(expected, lacking, kept), clinically(found, lacking)]
  if (JSON.stringify(ours) === JSON.stringify(theirs)) return []
  const only = (these: readonly string[], those: readonly string[], sign: string) =>
    these.filter((line) => !those.includes(line)).map((line) => `${sign} ${line}`)
  const some = [...only(ours, theirs, '-'), ...only(theirs, ours, '+')]
  return some.length > 0 ? some : [`${ours.length} expected, ${theirs.length} found`]
}

const textOf = (patient: string, [, parameters]: Question) =>
  `patient=${patient}&_count=1000&${parameters}`

test('at least 300 searches give the same clinical answer over every product as over our own store', async () => {
  const asked = new Map<string, number>()
  const wrong: string[] = []
  const askAll = async (patient: string, question: Question) => {
    const { hits } = await searchIn(own, question[0], textOf(patient, question))
    for (const region of regions) {
      if (elementsOf(question).some((element) => region.lacking.has(element))) continue
      asked.set(region.name, (asked.get(region.name) ?? 0) + 1)
      wrong.push(...(await wrongIn(region, patient, question, hits)))
    }
  }
  for (const patient of patients.slice(0, PEOPLE)) {
    const questions = questionsFor(patient, resources)
    for (let at = 0; at < questions.length; at += TOGETHER) {
      const some = questions.slice(at, at + TOGETHER)
      await Promise.all(some.map((question) => askAll(patient, question)))
    }
  }
  assert.deepEqual(wrong.slice(0, 5), [])
  for (const [name, questions] of asked) assert.ok(questions >= 300, `${name}: ${questions}`)
  assert.equal(asked.size, 5)
})

async function wrongIn(
  region: RegionUnderTest,
  patient: string,
  question: Question,
  expected: readonly SearchHit[],
): Promise<string[]> {
  const { hits, issues } = await searchIn(
    region.system,
    question[0],
    textOf(region.patient(patient), question),
  )
  const said = [...issues.map(({ message }) => message), ...differences(hits, expected, region)]
  return said.map((each) => `${region.name} ${question.join('?')}: ${each}`)
}

test('each record is read by its id with the same clinical content', async () => {
  const [patient = ''] = patients
  const own = resources.filter((each) => patientOf(each) === patient)
  const types = new Set(own.map(({ resourceType }) => resourceType))
  types.delete('Patient')
  assert.ok(types.size > 5)
  for (const region of regions) {
    const { name, system } = region
    for (const type of types) {
      const text = `patient=${region.patient(patient)}&_count=40&_sort=_id`
      for (const { resource } of (await searchIn(system, type, text)).hits.slice(0, READ)) {
        const { key, origin, bytes } = resource
        const sealed = await system.locate(key)
        assert.deepEqual(sealed?.origin, origin, `${name} ${key.type}`)
        const [read] = (await searchIn(system, type, `_id=${key.id}`)).hits
        assert.deepEqual(read?.resource.bytes, bytes, `${name} ${key.type}`)
      }
    }
  }
})

const READ = 4

test('sorted pages are the same list, whatever the page size', async () => {
  const [patient = ''] = patients
  const all = [{ system: own, patient: (id: string) => id }, ...regions]
  for (const { system, patient: idThere } of all) {
    const days: string[] = []
    let cursor: string | undefined
    do {
      const more = cursor === undefined ? '' : `&_cursor=${encodeURIComponent(cursor)}`
      const text = `patient=${idThere(patient)}&_sort=-date&_count=7${more}`
      const page = await searchIn(system, 'Observation', text)
      days.push(
        ...page.hits.map(({ resource }) => JSON.parse(String(resource.bytes)).effectiveDateTime),
      )
      cursor = page.next
    } while (cursor !== undefined)
    const times = days.map((day) => Date.parse(day))
    assert.deepEqual(
      times,
      [...times].sort((a, b) => b - a),
    )
    const expected = resources.filter(
      (each) => each.resourceType === 'Observation' && patientOf(each) === patient,
    )
    assert.equal(days.length, expected.length)
  }
})

test('what a product lacks is what its information map says', () => {
  for (const { name, map, beside, has } of regions) {
    const told = new Map(map.map(({ type, answer }) => [type as string, answer]))
    const unsaid = [...beside].filter(
      (type) => told.get(type) !== 'missing' && !has.has(type as ResourceType),
    )
    assert.deepEqual(unsaid, [], name)
    for (const { type, answer } of map) {
      if (answer !== 'missing') assert.ok(has.has(type), `${name} ${type}`)
    }
  }
})

test('a sign that Melior does not keep is a question mark there, and the information map says so', async () => {
  const [patient = ''] = patients
  for (const { name, isExact, system, patient: idThere, map } of regions) {
    const { hits } = await searchIn(system, 'Condition', `patient=${idThere(patient)}&_count=1000`)
    const texts = hits.flatMap(({ resource }) => JSON.parse(String(resource.bytes)).code.text)
    const isLost = name === 'melior'
    const expected = isLost ? 'Hjärtsvikt, EF ? 40 %' : 'Hjärtsvikt, EF ≤ 40 %'
    assert.ok(texts.includes(expected), name)
    if (isExact) continue
    const said = map.some(({ lacks = [] }) => lacks.some(({ means }) => /Windows-1252/.test(means)))
    assert.equal(said, isLost, name)
  }
})

test('each element that a connector says it lacks is one that makes a difference', async () => {
  for (const region of regions.filter(({ isExact }) => !isExact)) {
    for (const element of region.lacking) {
      const [type = ''] = element.split('.')
      const other = new Set([...region.lacking].filter((each) => each !== element))
      const isTold = await everyone(async (patient) => {
        const text = (id: string) => `patient=${id}&_count=1000`
        const ours = await searchIn(own, type as ResourceType, text(patient))
        const theirs = await searchIn(
          region.system,
          type as ResourceType,
          text(region.patient(patient)),
        )
        const expected = clinically(ours.hits, other, region.kept)
        const found = clinically(theirs.hits, other)
        return JSON.stringify(found) === JSON.stringify(expected)
      })
      assert.equal(isTold, false, `${region.name} tells ${element}`)
    }
  }
})

async function everyone(holds: (patient: string) => Promise<boolean>): Promise<boolean> {
  for (const patient of patients) if (!(await holds(patient))) return false
  return true
}
