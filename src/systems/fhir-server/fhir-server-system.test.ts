import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { FhirResource, Patient } from 'fhir/r4'
import { COSMIC } from '../../../simulators/fhir-server/cosmic.ts'
import { MILLENNIUM } from '../../../simulators/fhir-server/millennium.ts'
import {
  everything,
  type FhirServerUnderTest,
  idsOf,
  recordsOf,
  searchIn,
  startFhirServer,
} from '../../../tests/fhir-server.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import { patientOf } from '../../fhir/search/patient-of.ts'
import { covers, EVERYTHING, mintSight, type Sight } from '../../fhir/sight.ts'

const REGION = 'orebro'
let resources: FhirResource[]
let patients: Patient[]
let millennium: FhirServerUnderTest
let cosmic: FhirServerUnderTest
let both: readonly FhirServerUnderTest[]

before(async () => {
  resources = recordsOf(REGION, 70)
  patients = resources.filter((each) => each.resourceType === 'Patient')
  millennium = await startFhirServer(MILLENNIUM, REGION, resources)
  cosmic = await startFhirServer(COSMIC, REGION, resources)
  both = [millennium, cosmic]
})

const given = (type: ResourceType, patient: string) =>
  resources
    .filter((each) => each.resourceType === type && patientOf(each) === patient)
    .map(({ id = '' }) => id)
    .sort()

test('all of a patient’s records of a type come through, each once though pages repeat', async () => {
  for (const { system } of both) {
    for (const { id: patient = '' } of patients) {
      for (const type of system.capability().types.keys()) {
        if (['Organization', 'Practitioner', 'Patient'].includes(type)) continue
        const page = await searchIn(system, type, `patient=${patient}&_count=1000`)
        assert.deepEqual(idsOf(page).sort(), given(type, patient), `${type} of ${patient}`)
        assert.deepEqual(page.issues, [])
      }
    }
  }
})

test('a connector shows exactly what a sight covers, in pages and totals', async () => {
  const [one = '', other = ''] = patients.map(({ id }) => id)
  const units = [...new Set(resources.flatMap(({ meta }) => meta?.source?.split('#')[1] ?? []))]
  const year = [Date.UTC(2023, 0, 1), Date.UTC(2025, 0, 1)] as const
  const block = (unit = '', period?: readonly [number, number]) => ({
    patient: one,
    unit,
    process: undefined,
    exempt: [],
    from: period?.[0],
    to: period?.[1],
  })
  const sights: Sight[] = [[one], [one, other], [], ['nobody']].flatMap((who) =>
    (['all', [cosmic.profile.provider], ['no-such']] as const).flatMap((providers) =>
      (['all', ['Observation'], ['Patient']] as const).flatMap((types) =>
        [
          [],
          units.slice(0, 3).map((unit) => block(unit)),
          units.map((unit) => block(unit, year)),
        ].map((blocked) => mintSight({ ...EVERYTHING, patients: who, providers, types, blocked })),
      ),
    ),
  )
  for (const { system } of both) {
    const stored = await searchIn(system, 'Observation', `patient=${one},${other}&_count=1000`)
    for (const sight of sights) {
      const text = `patient=${one},${other}&_count=1000&_total=accurate`
      const page = await searchIn(system, 'Observation', text, sight)
      const expected = stored.hits
        .map(({ resource }) => resource)
        .filter(({ origin }) => covers(sight, origin))
      assert.deepEqual(idsOf(page).sort(), expected.map(({ key }) => key.id).sort(), system.name)
      assert.equal(page.total, expected.length)
    }
  }
})

test('each record says which care unit it is of', async () => {
  const source = new Map(resources.map(({ id, meta }) => [id, meta?.source]))
  for (const { system } of both) {
    const { hits } = await searchIn(system, 'Encounter', `patient=${patients[0]?.id}&_count=1000`)
    assert.ok(hits.length > 0)
    for (const { resource } of hits) {
      const { meta } = JSON.parse(String(resource.bytes))
      assert.equal(meta.source, source.get(resource.key.id))
      assert.equal(meta.source, `urn:oid:1.2.752.29.4.19#${resource.origin.unit}`)
    }
  }
})

test('what can be searched is what the source lacks, too: sorted, paged, counted and included', async () => {
  const patient = patients[0]?.id
  for (const { system } of both) {
    const asked = `patient=${patient}&_sort=-date&_count=5&value-quantity=gt1`
    const ids: string[] = []
    let cursor: string | undefined
    do {
      const more = cursor === undefined ? '' : `&_cursor=${encodeURIComponent(cursor)}`
      const page = await searchIn(system, 'Observation', asked + more)
      ids.push(...idsOf(page))
      cursor = page.next
    } while (cursor !== undefined)
    const whole = await searchIn(
      system,
      'Observation',
      `${asked.replace('_count=5', '_count=1000')}`,
    )
    assert.deepEqual(ids, idsOf(whole))
    assert.ok(ids.length > 5)
    const { hits } = await searchIn(
      system,
      'Observation',
      `patient=${patient}&_count=1&_include=Observation:encounter`,
    )
    assert.deepEqual(
      hits.map(({ mode, resource }) => [mode, resource.key.type]),
      [
        ['match', 'Observation'],
        ['include', 'Encounter'],
      ],
    )
  }
})

test('a record is had by id where the source only knows the patient, once it was seen', async () => {
  const patient = patients[0]?.id
  for (const { system } of both) {
    const [first = ''] = idsOf(await searchIn(system, 'Condition', `patient=${patient}`))
    const sealed = await system.locate({ type: 'Condition', id: first })
    assert.equal(sealed?.origin.patient, patient)
    assert.equal(await system.locate({ type: 'Condition', id: 'never-seen' }), undefined)
  }
})

test('people are found by number and by name, and by nothing that the source can’t be asked', async () => {
  const [patient] = patients
  const number = patient?.identifier?.[0]?.value
  const { family = '', text: whole = '' } = patient?.name?.[0] ?? {}
  assert.match(whole, / /)
  for (const { system } of both) {
    for (const text of [
      `identifier=${number}`,
      `identifier=urn:oid:1.2.752.129.2.1.3.1|${number}`,
      `name=${encodeURIComponent(family)}&birthdate=${patient?.birthDate}`,
      `name=${encodeURIComponent(whole)}`,
      `name=${encodeURIComponent(whole.slice(0, -2))}`,
    ]) {
      assert.deepEqual(idsOf(await searchIn(system, 'Patient', text)), [patient?.id], text)
    }
    await assert.rejects(searchIn(system, 'Patient', 'gender=female'), { code: 'not-supported' })
    await assert.rejects(searchIn(system, 'Observation', 'code=x'), { code: 'not-supported' })
  }
})

test('a note’s text comes through character by character', async () => {
  const notes = resources.filter((each) => each.resourceType === 'Composition')
  const divs = new Map(notes.map(({ id, section }) => [id, JSON.stringify(section)]))
  const ids = patients.map(({ id = '' }) => id)
  const patient = ids.find((id) => given('Composition', id).length > 10)
  const { hits } = await searchIn(
    millennium.system,
    'Composition',
    `patient=${patient}&_count=1000`,
  )
  assert.ok(hits.length > 10)
  for (const { resource } of hits) {
    const note = JSON.parse(String(resource.bytes))
    assert.equal(JSON.stringify(note.section), divs.get(note.id))
  }
})

test('bytes of text and numbers are the source’s own', async () => {
  const patient = patients[0]?.id
  const written = `"valueQuantity":{"value":0.50,"comparator":"<","unit":"µg/L"},"note":[{"text":"Ingen blödning. EJ 007, <5 µmol\\u002fL  två blanksteg"}]`
  for (const { system, simulator } of both) {
    const unit = cosmic.profile.units[0]?.hsaId
    const text = `{"resourceType":"Observation","extension":[{"url":"https://fhir.openservices.cambio.se/StructureDefinition/CareUnitSe","valueIdentifier":{"system":"urn:oid:1.2.752.29.4.19","value":"${unit}"}}],"status":"final","code":{"coding":[{"system":"urn:oid:1.2.752.108.1","code":"NPU99999"}],"text":"Prov"},"subject":{"reference":"${simulator.url}/Patient/${patient}"},${written}}`
    simulator.keeper.keep('Observation', Buffer.from(text), 'exact')
    const provenance = `{"resourceType":"Provenance","target":[{"reference":"Observation/exact"}],"recorded":"2026-01-01T00:00:00Z","agent":[{"who":{"type":"Organization","identifier":{"system":"urn:oid:1.2.752.29.4.19","value":"${unit}"}}}]}`
    simulator.keeper.keep('Provenance', Buffer.from(provenance))
    const { hits, issues } = await searchIn(
      system,
      'Observation',
      `patient=${patient}&code=urn:oid:1.2.752.108.1|NPU99999`,
    )
    assert.deepEqual(issues, [])
    const bytes = String(hits[0]?.resource.bytes)
    assert.ok(bytes.includes(written), bytes)
    assert.ok(bytes.includes(`"reference":"Patient/${patient}"`))
  }
})

test('a type that the source lacks is refused, and what it answers by is said', () => {
  const cosmicTypes = cosmic.system.capability().types
  assert.equal(cosmicTypes.has('AllergyIntolerance'), false)
  assert.equal(cosmicTypes.get('Condition')?.searchParams.get('code'), 'native')
  assert.equal(cosmicTypes.get('Condition')?.searchParams.get('onset-date'), 'emulated')
  assert.equal(millennium.system.capability().types.has('Flag'), false)
  assert.deepEqual(everything.blocked, [])
})
