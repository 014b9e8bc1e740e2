import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import { COSMIC } from '../../../simulators/fhir-server/cosmic.ts'
import { MILLENNIUM } from '../../../simulators/fhir-server/millennium.ts'
import { freshDatabaseUrl } from '../../../tests/database.ts'
import {
  everything,
  type FhirServerUnderTest,
  idsOf,
  searchIn,
  startFhirServer,
} from '../../../tests/fhir-server.ts'
import { HSA, LONG, NUMBER, regionOf } from '../../../tests/record-of-a-region.ts'
import { createDatabase, type Database } from '../../db/database.ts'
import { parseJson } from '../../fhir/json/parse.ts'
import { Problem } from '../../fhir/problem.ts'
import type { RecordSystem } from '../../fhir/record-system.ts'
import { unseal } from '../../fhir/seal.ts'
import { covers, EVERYTHING, mintSight } from '../../fhir/sight.ts'
import { parseSmartScope } from '../../fhir/smart-scope.ts'
import { validResource } from '../../fhir/validation/validate.ts'
import { createStore } from '../../store/store.ts'
import { createFederatedIds } from './federated-ids.ts'
import { createFederation } from './federation-system.ts'
import { createMemberAsker, type Member, type MemberAsker } from './members.ts'
import { createPersons, type Persons } from './persons.ts'

const DEADLINE = 400

let db: Database
let members: Member[]
let persons: Persons
let federation: RecordSystem
let asker: MemberAsker
let millennium: FhirServerUnderTest
let cosmic: FhirServerUnderTest
let person: string

const dayFor = (offset: number) => (n: number) =>
  `2026-0${1 + (n % 6)}-${String(10 + offset).padStart(2, '0')}`

before(async () => {
  db = createDatabase(await freshDatabaseUrl())
  const options = { deadline: 5_000, freshness: 0 }
  millennium = await startFhirServer(
    MILLENNIUM,
    'sormland',
    regionOf('sormland', 5, dayFor(1)),
    options,
  )
  cosmic = await startFhirServer(COSMIC, 'orebro', regionOf('orebro', 6, dayFor(2)), options)
  const vgr = await createStore({ db, region: 'vgr', now: Date.now, alongside: undefined })
  for (const each of regionOf('vgr', 7, dayFor(3))) await put(vgr, each)
  members = [
    { region: 'vgr', name: 'Västra Götalandsregionen', system: vgr },
    { region: 'orebro', name: 'Region Örebro län', system: cosmic.system },
    { region: 'sormland', name: 'Region Sörmland', system: millennium.system },
  ]
  persons = createPersons(db, Date.now)
  const ids = createFederatedIds(db)
  asker = createMemberAsker(Date.now, DEADLINE)
  const parts = { name: 'all', members: () => members, persons, ids, asker, deadline: DEADLINE }
  federation = createFederation(parts)
})
after(() => db.end())

async function put(store: RecordSystem, value: FhirResource) {
  const resource = validResource(parseJson(Buffer.from(JSON.stringify(value))))
  const change = {
    kind: 'create',
    type: resource.type,
    id: value.id,
    resource,
    ifNoneExist: undefined,
  } as const
  await store.transact([change], {
    sight: everything,
    unit: 'SEvgr-E2',
    provider: 'SEvgr-E1',
    process: undefined,
    mayUnlabel: true,
    mayChooseId: true,
    originOf: undefined,
    logEntry: undefined,
  })
}

test('a person that several regions know is one Patient', async () => {
  const page = await searchIn(federation, 'Patient', `identifier=${NUMBER}&_total=accurate`)
  assert.equal(page.hits.length, 1)
  assert.equal(page.total, 1)
  person = idsOf(page)[0] ?? ''
  assert.deepEqual(
    (await persons.whereIs(person)).map(({ region }) => region),
    ['orebro', 'sormland', 'vgr'],
  )
  const byName = await searchIn(federation, 'Patient', 'name=tolvan&birthdate=1912-12-12')
  assert.deepEqual(idsOf(byName), [person])
})

test('records of all regions come as one list, sorted and paged, each once', async () => {
  const ids: string[] = []
  const days: string[] = []
  let cursor: string | undefined
  do {
    const more = cursor === undefined ? '' : `&_cursor=${cursor}`
    const page = await searchIn(
      federation,
      'Observation',
      `patient=Patient/${person}&_sort=-date&_count=4${more}`,
    )
    assert.deepEqual(page.issues, [])
    ids.push(...idsOf(page))
    days.push(
      ...page.hits.map(({ resource }) => JSON.parse(String(resource.bytes)).effectiveDateTime),
    )
    cursor = page.next
  } while (cursor !== undefined)
  assert.equal(ids.length, 18)
  assert.equal(new Set(ids).size, 18)
  assert.deepEqual(days, [...days].sort().reverse())
})

test('references lead on within the federation, and no other byte is touched', async () => {
  const { hits } = await searchIn(
    federation,
    'Observation',
    `patient=${person}&_count=50&_include=Observation:encounter&_include=Observation:subject`,
  )
  for (const { resource, mode } of hits) {
    const value = JSON.parse(String(resource.bytes))
    assert.equal(value.id, resource.key.id)
    assert.ok(resource.key.id.length <= 64)
    if (mode === 'include') continue
    assert.equal(value.subject.reference, `Patient/${person}`)
    const [, region = ''] = /^Encounter\/(\w+)\./.exec(value.encounter.reference) ?? []
    assert.equal(value.encounter.reference, `Encounter/${region}.enc-${region}`)
    assert.match(value.note[0].text, /^Ingen blödning \("reference":"Patient\/x"\) <5 µg \d$/)
    assert.match(String(resource.bytes), /"value":\d\.5/)
  }
  const included = hits.filter(({ mode }) => mode === 'include').map(({ resource }) => resource.key)
  assert.deepEqual(
    included.map(({ type, id }) => `${type}/${id}`).sort(),
    [
      'Encounter/orebro.enc-orebro',
      'Encounter/sormland.enc-sormland',
      'Encounter/vgr.enc-vgr',
      `Patient/${person}`,
    ].sort(),
  )
})

test('an id is stable and leads back, even one too long to hold the region’s own', async () => {
  const { hits } = await searchIn(federation, 'Observation', `patient=${person}&_count=50`)
  for (const { resource } of hits) {
    const sealed = await federation.locate(resource.key)
    assert.deepEqual(sealed?.key, resource.key)
    assert.equal(sealed?.origin.patient, person)
    const found = await searchIn(federation, 'Observation', `_id=${resource.key.id}`)
    assert.deepEqual(idsOf(found), [resource.key.id])
  }
  const hashed = hits.find(({ resource }) => resource.key.id.startsWith('vgr.h-'))?.resource.key
  assert.ok(hashed)
  const anew = createFederatedIds(db)
  assert.deepEqual(await anew.toRegional(hashed.id), { region: 'vgr', id: LONG })
  assert.equal((await federation.locate({ type: 'Patient', id: person }))?.key.id, person)
  assert.equal(await federation.locate({ type: 'Observation', id: 'nowhere.x' }), undefined)
})

test('the federation shows exactly what a sight covers', async () => {
  const all = (await searchIn(federation, 'Observation', `patient=${person}&_count=50`)).hits
  const block = {
    patient: person,
    unit: 'SEorebro-E2',
    process: undefined,
    from: undefined,
    to: undefined,
    exempt: [],
  }
  const sights = [
    { ...EVERYTHING, patients: [person] },
    { ...EVERYTHING, patients: [person], providers: ['SEvgr-E1'] },
    {
      ...EVERYTHING,
      patients: [person],
      providers: ['SEvgr-E1'],
      shared: [{ patient: person, provider: 'SEsormland-E1' }],
    },
    { ...EVERYTHING, patients: [person], blocked: [block] },
    { ...EVERYTHING, patients: ['d2719c1e-7e0c-4d3c-9d0e-0a4c4f9f0002'] },
    { ...EVERYTHING, patients: [] },
    { ...EVERYTHING, types: ['Patient'] as const },
  ].map(mintSight)
  for (const sight of sights) {
    const page = await searchIn(
      federation,
      'Observation',
      `patient=${person}&_count=50&_total=accurate`,
      sight,
    )
    const expected = all
      .map(({ resource }) => resource)
      .filter(({ origin }) => covers(sight, origin))
    assert.deepEqual(
      idsOf(page).sort(),
      expected.map(({ key }) => key.id).sort(),
      JSON.stringify(sight),
    )
    assert.equal(page.total, expected.length)
  }
})

test('a region that answers more than an app’s scope reaches shows no more than that', async () => {
  const honest = members
  members = honest.map((member) => {
    const search: RecordSystem['search'] = (query) => member.system.search(query, everything)
    return member.region === 'vgr' ? { ...member, system: { ...member.system, search } } : member
  })
  try {
    for (const [scope, shown] of [
      ['patient/Observation.rs?code=NPU19748', 18],
      ['patient/Observation.rs?code=another', 0],
    ] as const) {
      const { where = [] } = parseSmartScope(scope) ?? {}
      const conditions = new Map([['Observation', [where]]] as const)
      const sight = mintSight({ ...EVERYTHING, patients: [person], conditions })
      const text = `patient=${person}&_count=50`
      assert.equal((await searchIn(federation, 'Observation', text, sight)).hits.length, shown)
      const none = mintSight({ ...EVERYTHING, patients: [person], units: [], conditions })
      assert.deepEqual((await searchIn(federation, 'Observation', text, none)).hits, [])
    }
  } finally {
    members = honest
  }
})

test('what belongs to no patient is asked for everywhere, also by those who may see no patient', async () => {
  const nobody = mintSight({ ...EVERYTHING, patients: [] })
  const regions = ['orebro', 'sormland', 'vgr']
  const units = regions.map((region) => `${HSA}|SE${region}-E2`)
  const text = `identifier=${units}&_total=accurate`
  const page = await searchIn(federation, 'Organization', text, nobody)
  assert.deepEqual(idsOf(page).sort(), ['orebro.E2', 'sormland.E2', 'vgr.E2'])
  assert.deepEqual([page.total, page.issues], [3, []])
})

test('a version of a person is one text of one region, and the history has them all', async () => {
  const key = { type: 'Patient', id: person } as const
  const read = async (version?: string) => {
    const sealed = await federation.locate(key, version)
    return sealed && unseal(sealed, everything)
  }
  const versions = new Map<string, string>()
  for (const silent of [cosmic, millennium]) {
    silent.simulator.setFault('down')
    const seen = await read()
    assert.ok(seen)
    assert.equal(JSON.parse(String(seen.bytes)).meta.versionId, seen.version)
    versions.set(seen.version, String(seen.bytes))
    silent.simulator.setFault('none')
  }
  assert.equal(versions.size, 2)
  for (const [version, text] of versions) {
    assert.equal(String((await read(version))?.bytes), text)
  }
  assert.equal(await read('nowhere.1'), undefined)
  const page = await federation.history(
    { ...key, count: 2, since: undefined, cursor: undefined },
    everything,
  )
  assert.deepEqual([page.versions.length, page.total], [2, 3])
  const rest = await federation.history(
    { ...key, count: 2, since: undefined, cursor: page.next },
    everything,
  )
  const told = [...page.versions, ...rest.versions].map(({ version }) => version)
  assert.equal(new Set(told).size, 3)
  for (const version of versions.keys()) assert.ok(told.includes(version))
})

test('a silent region is named, the rest comes in time, and no total is told', async () => {
  for (const [mode, kind] of [
    ['hung', 'timeout'],
    ['down', 'unavailable'],
  ] as const) {
    cosmic.simulator.setFault(mode)
    const began = Date.now()
    const page = await searchIn(
      federation,
      'Observation',
      `patient=${person}&_count=49&_total=accurate`,
    )
    assert.ok(Date.now() - began < DEADLINE + 150)
    assert.equal(page.hits.length, 12)
    assert.equal(page.total, undefined)
    assert.deepEqual(
      page.issues.map((issue) => [issue.source, issue.kind]),
      [['orebro', kind]],
    )
  }
  cosmic.simulator.setFault('none')
  asker.forget('orebro')
})

test('who a person is can be read while one of their regions is silent; what only that one has is no "not found"', async () => {
  for (const mode of ['down', 'hung'] as const) {
    cosmic.simulator.setFault(mode)
    const sealed = await federation.locate({ type: 'Patient', id: person })
    assert.equal(sealed?.origin.patient, person)
    await assert.rejects(
      federation.locate({ type: 'Observation', id: 'orebro.obs-orebro-1' }),
      (thrown) => thrown instanceof Problem && thrown.code === 'transient',
    )
  }
  cosmic.simulator.setFault('none')
})

test('what a region last said comes with its age, to those of the very same sight alone', async () => {
  const text = `patient=${person}&_count=48`
  const sight = mintSight({ ...EVERYTHING, patients: [person] })
  assert.equal((await searchIn(federation, 'Observation', text, sight)).hits.length, 18)
  cosmic.simulator.setFault('down')
  const stale = await searchIn(federation, 'Observation', text, sight)
  assert.equal(stale.hits.length, 18)
  assert.deepEqual(
    stale.issues.map(({ kind }) => kind),
    ['unavailable', 'stale'],
  )
  assert.match(stale.issues[1]?.message ?? '', /Örebro.*hämtades \d{4}-\d\d-\d\d/)
  const other = mintSight({
    ...EVERYTHING,
    patients: [person],
    providers: ['SEorebro-E1', 'SEvgr-E1'],
  })
  assert.equal((await searchIn(federation, 'Observation', text, other)).hits.length, 7)
  cosmic.simulator.setFault('none')
  asker.forget('orebro')
})

test('a region that fails again and again is left alone for a while', async () => {
  cosmic.simulator.setFault('hung')
  const text = `patient=${person}&_count=47`
  for (let n = 0; n < 3; n++) await searchIn(federation, 'Observation', text)
  const began = Date.now()
  const page = await searchIn(federation, 'Observation', text)
  assert.ok(Date.now() - began < DEADLINE / 2, `${Date.now() - began} ms`)
  assert.equal(page.issues[0]?.source, 'orebro')
  assert.ok(asker.health('orebro').silentSince)
  cosmic.simulator.setFault('none')
  asker.forget('orebro')
})

test('a region that leaves is asked no more, and one that joins is', async () => {
  const [first, ...rest] = members
  members = rest
  assert.equal(
    (await searchIn(federation, 'Observation', `patient=${person}&_count=50`)).hits.length,
    11,
  )
  if (first) members = [first, ...rest]
  assert.equal(
    (await searchIn(federation, 'Observation', `patient=${person}&_count=50`)).hits.length,
    18,
  )
})
