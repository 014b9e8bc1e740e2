import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FhirResource, Observation } from 'fhir/r4'
import { COSMIC } from '../../../simulators/fhir-server/cosmic.ts'
import { freshDatabaseUrl } from '../../../tests/database.ts'
import {
  everything,
  type FhirServerUnderTest,
  idsOf,
  recordsOf,
  searchIn,
  startFhirServer,
} from '../../../tests/fhir-server.ts'
import { createDatabase, type Database } from '../../db/database.ts'
import { parseJson } from '../../fhir/json/parse.ts'
import { Problem } from '../../fhir/problem.ts'
import type { Author, Change, RecordSystem } from '../../fhir/record-system.ts'
import { parseSearch } from '../../fhir/search/parse.ts'
import { covers, EVERYTHING, mintSight } from '../../fhir/sight.ts'
import { validResource } from '../../fhir/validation/validate.ts'
import { createStore } from '../../store/store.ts'
import { createComposedSystem } from './composed-system.ts'
import { type DeliverParts, deliverDue } from './deliver.ts'
import { joinedRecords } from './joined-records.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { reconcile } from './reconcile.ts'
import { createRoutes, type Routes } from './routes.ts'

let db: Database
let cosmic: FhirServerUnderTest
let own: RecordSystem
let region: RecordSystem
let outbox: Outbox
let routes: Routes
let delivery: DeliverParts
let resources: FhirResource[]
let patient: string
let author: Author
let time = Date.now()

before(async () => {
  db = createDatabase(await freshDatabaseUrl())
  resources = recordsOf('orebro')
  const withNotes = resources.find(({ resourceType }) => resourceType === 'Composition')
  patient =
    (withNotes?.resourceType === 'Composition' && withNotes.subject?.reference?.split('/')[1]) || ''
  const now = () => time
  cosmic = await startFhirServer(COSMIC, 'orebro', resources, { deadline: 300, freshness: 0 })
  own = await createStore({ db, region: 'orebro', now: Date.now, alongside: undefined })
  outbox = createOutbox(db, 'orebro', now)
  routes = await createRoutes(db, 'orebro')
  const [unit] = cosmic.profile.units
  author = {
    sight: everything,
    unit: unit?.hsaId ?? '',
    provider: unit?.provider ?? '',
    process: undefined,
    mayUnlabel: true,
    mayChooseId: true,
    originOf: undefined,
    logEntry: undefined,
  }
  const parts = { source: 'Cosmic', legacy: cosmic.system, own, outbox }
  delivery = { ...parts, authorOf: async () => author }
  region = createComposedSystem({ ...parts, name: 'orebro', routes })
  // What Cosmic lacks is in our own store.
  for (const each of resources.filter(
    ({ resourceType }) => !cosmic.system.capability().types.has(resourceType),
  )) {
    await own.transact([creation(JSON.stringify(each), each.id)], author)
  }
})
after(() => db.end())

function creation(text: string, id?: string): Extract<Change, { kind: 'create' }> {
  const resource = validResource(parseJson(Buffer.from(text)))
  return { kind: 'create', type: resource.type, resource, id, ifNoneExist: undefined }
}

const pulse = (value: number, more: object = {}) =>
  creation(
    JSON.stringify({
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }], text: 'Puls' },
      subject: { reference: `Patient/${patient}` },
      effectiveDateTime: '2026-11-24T08:00:00+01:00',
      valueQuantity: { value, unit: '/min' },
      ...more,
    } satisfies Observation),
  )

const pulses = async (value: number) =>
  (
    await searchIn(region, 'Observation', `patient=${patient}&value-quantity=${value}&code=8867-4`)
  ).hits.map(({ resource }) => JSON.parse(String(resource.bytes)))

test('both parts are read as one record', async () => {
  for (const type of ['Encounter', 'Observation', 'Composition', 'AllergyIntolerance'] as const) {
    const given = resources.filter(
      (each) => each.resourceType === type && JSON.stringify(each).includes(`Patient/${patient}`),
    )
    const page = await searchIn(region, type, `patient=${patient}&_count=1000`)
    assert.deepEqual(idsOf(page).sort(), given.map(({ id }) => id).sort(), type)
  }
})

test('what Cosmic files under a number that was given up is read as the other’s, page by page', async () => {
  const legacy = cosmic.system
  const all = async (system: RecordSystem, whose: string, sight = everything) =>
    idsOf(await searchIn(system, 'Observation', `patient=${whose}&_count=1000`, sight)).sort()
  const former = resources.flatMap((each) =>
    each.resourceType === 'Observation' && each.subject?.reference !== `Patient/${patient}`
      ? (each.subject?.reference?.split('/')[1] ?? [])
      : [],
  )[0]
  assert.ok(former)
  const merged = { all: async () => new Map([[former, patient]]), forget: () => {} }
  const joined = joinedRecords({ legacy, merged, source: 'Cosmic' })
  const [theirs, own] = [await all(legacy, former), await all(legacy, patient)]
  assert.ok(theirs.length > 0)
  for (const sight of [everything, mintSight({ ...EVERYTHING, patients: [patient] })]) {
    assert.deepEqual(await all(joined, patient, sight), [...theirs, ...own].sort())
    assert.deepEqual(await all(joined, former, sight), [])
  }
  const nobodys = mintSight({ ...EVERYTHING, patients: [former] })
  assert.deepEqual(await all(joined, former, nobodys), [], 'whoever is judged is the other')
  const moved = await joined.locate({ type: 'Observation', id: theirs[0] ?? '' })
  assert.equal(moved?.origin.patient, patient)
})

test('what is included may lie in the other part, and is under the same sight', async () => {
  const text = `patient=${patient}&_include=Composition:encounter&_count=5`
  const { hits } = await searchIn(region, 'Composition', text)
  assert.ok(
    hits.some(({ mode, resource }) => mode === 'include' && resource.key.type === 'Encounter'),
  )
  const sight = mintSight({ ...EVERYTHING, types: ['Composition'] })
  const seen = await searchIn(region, 'Composition', text, sight)
  assert.ok(seen.hits.length > 0)
  assert.ok(seen.hits.every(({ resource }) => covers(sight, resource.origin)))
})

test('a measurement lands in Cosmic, and nothing of it in our store', async () => {
  const [result] = await region.transact([pulse(61)], author)
  assert.equal(result?.outcome, 'created')
  assert.equal((await pulses(61)).length, 1)
  assert.equal((await searchIn(own, 'Observation', `patient=${patient}`)).hits.length, 0)
})

test('what Cosmic has no place for is kept beside it and read with the rest', async () => {
  const { coding: _, ...code } = { text: 'Välmående', coding: [] }
  const [result] = await region.transact([pulse(62, { code })], author)
  assert.ok(await own.locate(result?.resource?.key ?? { type: 'Observation', id: '' }))
  const page = await searchIn(region, 'Observation', `patient=${patient}&value-quantity=62`)
  assert.equal(page.hits.length, 1)
})

test('when Cosmic is silent it is said to wait, is seen at once, and arrives once', async () => {
  cosmic.simulator.setFault('hung', 'Observation')
  const [kept] = await region.transact([pulse(63)], author)
  const { meta } = JSON.parse(String(kept?.resource?.bytes))
  assert.deepEqual(meta.tag[0].display, 'Sparat, väntar på Cosmic')
  assert.equal(await outbox.waiting(), 1)
  assert.equal((await pulses(63)).length, 1)
  assert.equal(await deliverDue(delivery), 0)
  cosmic.simulator.setFault('none')
  time += 1_500
  assert.equal(await deliverDue(delivery), 1)
  const found = await pulses(63)
  assert.equal(found.length, 1)
  assert.equal(found[0]?.meta.tag, undefined)
  assert.equal(await outbox.waiting(), 0)
  assert.equal(await deliverDue(delivery), 0)
})

test('what arrived though nothing was heard is not sent again', async () => {
  const lost: typeof cosmic.system = {
    ...cosmic.system,
    async transact(changes, by) {
      await cosmic.system.transact(changes, by)
      throw new Problem('transient', 'the answer was lost')
    },
  }
  const parts = { source: 'Cosmic', legacy: lost, own, outbox }
  const forgetful = createComposedSystem({ ...parts, name: 'orebro', routes })
  await forgetful.transact([pulse(64)], author)
  time += 100
  assert.equal(await deliverDue(delivery), 1)
  assert.equal((await pulses(64)).length, 1)
})

test('what Cosmic refuses when it is delivered stays in our store and says so', async () => {
  cosmic.simulator.setFault('hung', 'Observation')
  const [kept] = await region.transact([pulse(65)], author)
  cosmic.simulator.setFault('none')
  const refusing = {
    ...cosmic.system,
    transact: async () => {
      throw new Problem('business-rule', 'no')
    },
  }
  time += 100
  await deliverDue({ ...delivery, legacy: refusing })
  const sealed = await own.locate(kept?.resource?.key ?? { type: 'Observation', id: '' })
  assert.ok(sealed)
  const [only] = await pulses(65)
  assert.match(only.meta.tag[0].display, /Cosmic tog inte emot/)
})

test('what Cosmic has is not created again under a condition, nor changed by one, nor while it is silent', async () => {
  const [there] = (await searchIn(region, 'Observation', `patient=${patient}&_count=1`)).hits
  assert.ok(there)
  const { types } = region.capability()
  const condition = (text: string) =>
    parseSearch('Observation', new URLSearchParams(text), { types, base: undefined, now: 0 })
  const ifNoneExist = condition(`patient=${patient}&_id=${there.resource.key.id}`)
  const made = { ...pulse(70), ifNoneExist }
  const [result] = await region.transact([made], author)
  assert.deepEqual([result?.outcome, result?.resource?.key], ['exists', there.resource.key])
  const { type, resource } = made
  const update: Change = {
    kind: 'conditional-update',
    type,
    resource,
    condition: ifNoneExist,
    id: undefined,
  }
  const fails = (change: Change, code: string) =>
    assert.rejects(region.transact([change], author), { code })
  await fails(update, 'not-supported')
  cosmic.simulator.setFault('down')
  await fails(made, 'transient')
  cosmic.simulator.setFault('none')
})

test('it is said of what is only kept beside Cosmic, and how Cosmic is searched', () => {
  const { interactions, limits, searchParams } =
    region.capability().types.get('Observation') ?? assert.fail()
  assert.match(limits?.get('delete') ?? '', /Cosmic does not take it/)
  assert.equal(interactions.has('history-type'), false)
  assert.deepEqual(
    [searchParams.get('patient'), searchParams.get('value-quantity')],
    ['native', 'emulated'],
  )
  assert.equal(region.capability().types.get('Basic')?.limits, undefined)
})

test('several changes as one go to our store, or are refused, never half of them', async () => {
  const results = await region.transact([pulse(66), pulse(67)], author)
  assert.equal(results.length, 2)
  const encounter = idsOf(await searchIn(region, 'Encounter', `patient=${patient}`))[0] ?? ''
  const removal = {
    kind: 'delete',
    type: 'Encounter',
    target: encounter,
    ifMatch: undefined,
  } as const
  await assert.rejects(region.transact([pulse(68), removal], author), { code: 'not-supported' })
  assert.equal((await pulses(68)).length, 0)
})

test('a type moves to our store when nothing differs, and back again', async () => {
  const type = 'Condition'
  const before = idsOf(await searchIn(region, type, `patient=${patient}&_count=1000`)).sort()
  const parts = { legacy: cosmic.system, own, author }
  const first = await reconcile(parts, type, [patient])
  assert.deepEqual([first.inLegacy, first.copied, first.same], [before.length, before.length, 0])
  const second = await reconcile(parts, type, [patient])
  assert.deepEqual([second.copied, second.corrected, second.same], [0, 0, before.length])
  await routes.set(type, 'own')
  const asked = cosmic.simulator.asked.length
  assert.deepEqual(
    idsOf(await searchIn(region, type, `patient=${patient}&_count=1000`)).sort(),
    before,
  )
  assert.equal(cosmic.simulator.asked.length, asked)
  assert.equal((await createRoutes(db, 'orebro')).of(type), 'own')
  await routes.set(type, 'legacy')
  assert.deepEqual(
    idsOf(await searchIn(region, type, `patient=${patient}&_count=1000`)).sort(),
    before,
  )
  assert.ok(cosmic.simulator.asked.length > asked)
})
