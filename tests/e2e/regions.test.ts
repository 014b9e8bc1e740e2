import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import { profileOf } from '../../simulators/fhir-server/connect.ts'
import { COSMIC } from '../../simulators/fhir-server/cosmic.ts'
import {
  type FhirSimulator,
  startFhirSimulator,
} from '../../simulators/fhir-server/fhir-simulator.ts'
import { MILLENNIUM } from '../../simulators/fhir-server/millennium.ts'
import { contentOf } from '../../src/exchange/load/entries.ts'
import { createLoader } from '../../src/exchange/load/load.ts'
import { demoDirectory } from '../../src/identity/demo-directory.ts'
import { verifyReceipt } from '../../src/systems/registry/leave.ts'
import type { RegionPlan } from '../../src/systems/registry/registry.ts'
import { recordsOf } from '../fhir-server.ts'
import { type Answer, type KarnaUnderTest, startKarna } from './karna-under-test.ts'

let karna: KarnaUnderTest
let folder: string
const simulators: FhirSimulator[] = []
const AGREEMENT = {
  agreement: 'A-1',
  controller: '2321000164',
  controllerName: 'Region Örebro län',
}

before(async () => {
  karna = await startKarna()
  folder = await mkdtemp(path.join(tmpdir(), 'karna-leave-'))
})
after(async () => {
  for (const simulator of simulators) await simulator.close()
  await rm(folder, { recursive: true, force: true })
})

/** How a region with a simulated product would be written down; its people are in the index, as EI would tell. */
async function planFor(id: 'orebro' | 'sormland'): Promise<RegionPlan> {
  const resources = recordsOf(id, 60)
  const kind = id === 'orebro' ? 'cosmic' : 'millennium'
  const simulator = await startFhirSimulator(kind === 'cosmic' ? COSMIC : MILLENNIUM, resources)
  simulators.push(simulator)
  const { url, token, provider, units } = profileOf(simulator, id, resources)
  const people = resources.flatMap((each) =>
    each.resourceType === 'Patient'
      ? [{ number: each.identifier?.[0]?.value ?? '', patient: each.id ?? '' }]
      : [],
  )
  await karna.karna.live.persons.noteAll(id, people)
  return {
    id,
    name: `Region ${id}`,
    kind,
    settings: {
      url,
      tokenUrl: token.url,
      clientId: token.clientId,
      scope: token.scope,
      provider,
      units,
    },
    agreement: AGREEMENT,
    secrets: { client: Buffer.from(token.clientSecret) },
  }
}

/** Asks other regions without pause until it is stopped. */
function traffic() {
  const answers: Answer[] = []
  let goesOn = true
  const running = (async () => {
    while (goesOn) {
      answers.push(await karna.ask('anna.nystrom', 'GET', 'vgr/Patient?name=a&_count=5'))
      answers.push(
        await karna.ask('johan.sandstrom', 'GET', 'vasterbotten/Patient?name=b&_count=5'),
      )
      answers.push(await karna.ask('anna.nystrom', 'GET', 'all/Patient?name=a&_count=5'))
      await new Promise((resolve) => setImmediate(resolve))
    }
  })()
  return {
    async stop() {
      goesOn = false
      await running
      return answers
    },
  }
}

test('regions join and leave under traffic without a failed request elsewhere', async () => {
  const others = traffic()
  const { operations } = karna.karna
  for (const id of ['orebro', 'sormland'] as const) {
    await operations.prepare(await planFor(id))
    assert.equal(
      (await karna.ask('ingrid.norberg', 'GET', 'orebro/metadata')).status,
      id === 'orebro' ? 404 : 200,
    )
    await assert.rejects(operations.move(id, 'live'), { code: 'business-rule' })
    const report = await operations.conform(id)
    assert.deepEqual(
      report.checks.filter(({ passed }) => !passed),
      [],
    )
    assert.ok(report.passed > 50)
    await operations.move(id, 'shadow')
    await operations.move(id, 'live')
  }
  const patient = await karna.ask('ingrid.norberg', 'GET', 'orebro/Patient?name=a&_count=5')
  assert.equal(patient.status, 200)
  assert.ok(patient.json.entry.length > 0)

  await joinBlekinge()
  await load('skane', recordsOf('skane', 12))
  assert.ok((await rowsOf('skane')) > 100)
  await mkdir(path.join(folder, 'skane'))
  await writeFile(path.join(folder, 'skane', 'else'), 'something else')
  await assert.rejects(operations.leave('skane', folder), { code: 'business-rule' })
  assert.equal((await karna.ask('sara.lindgren', 'GET', 'skane/metadata')).status, 200, 'it stays')
  await rm(path.join(folder, 'skane', 'else'))
  const receipt = await operations.leave('skane', folder)
  assert.equal(receipt.region, 'skane')
  assert.deepEqual(await verifyReceipt(path.join(folder, 'skane'), receipt.publicKey), [])
  assert.equal(await rowsOf('skane'), 0, 'nothing of what was kept for it is left')
  assert.ok((await rowsOf('blekinge')) > 0)
  assert.equal((await karna.ask('sara.lindgren', 'GET', 'skane/metadata')).status, 404)
  const answers = await others.stop()
  assert.deepEqual(
    answers.filter(({ status }) => status !== 200),
    [],
  )
  assert.ok(answers.length > 10, `${answers.length} requests`)
})

/** A region that begins with our own store, and some people in it. */
async function joinBlekinge(): Promise<void> {
  const { operations, live } = karna.karna
  const agreement = {
    agreement: 'A-2',
    controller: '2321000081',
    controllerName: 'Region Blekinge',
  }
  await operations.prepare({ id: 'blekinge', name: 'Region Blekinge', kind: 'own', agreement })
  const resources = recordsOf('blekinge', 25)
  await load('blekinge', resources)
  const people = resources.flatMap((each) =>
    each.resourceType === 'Patient'
      ? [{ number: each.identifier?.[0]?.value ?? '', patient: each.id ?? '' }]
      : [],
  )
  await live.persons.noteAll('blekinge', people)
  const { checks } = await operations.conform('blekinge')
  assert.deepEqual(
    checks.filter(({ passed }) => !passed),
    [],
  )
  await operations.move('blekinge', 'shadow')
  await operations.move('blekinge', 'live')
  const found = await karna.ask(
    'anna.nystrom',
    'GET',
    `all/Patient?identifier=${people[0]?.number}`,
  )
  assert.equal(found.json.entry.length, 1)
}

async function load(region: string, resources: readonly FhirResource[]): Promise<void> {
  const loader = createLoader(karna.karna.loadTarget(region))
  for (const resource of resources) {
    await loader.add(contentOf({ name: 'test', bytes: Buffer.from(JSON.stringify(resource)) }))
  }
  await loader.finish()
  assert.deepEqual(loader.report.rejections, [])
}

/** All that our store, its indexes, the law's look-ups and the federation keep for a region. */
async function rowsOf(region: string): Promise<number> {
  const tables = ['ver', 'res', 'str', 'dat', 'qty'].map(
    (name) =>
      `select 1 from store.${name} t join store.region r on r.id = t.tenant and r.name = $1`,
  )
  const others = ['law.holding', 'law.person', 'law.care_relation', 'systems.engagement'].map(
    (name) => `select 1 from ${name} where region = $1`,
  )
  const { rows } = await karna.db.query<{ count: string }>({
    text: `select count(*) from (${[...tables, ...others].join(' union all ')}) all_of_it`,
    values: [region],
  })
  return Number(rows[0]?.count)
}

test('nothing is removed of a region that stays, nor of one that has left but came back', async () => {
  const remove = (region: string) =>
    karna.db.query({
      text: 'delete from store.ver v using store.region r where r.id = v.tenant and r.name = $1',
      values: [region],
    })
  await assert.rejects(remove('blekinge'), /PDL 3:14/)
  const { live } = karna.karna
  await live.registry.move('skane', 'preparing')
  await live.refresh()
  await load('skane', recordsOf('skane', 12).slice(0, 3))
  await assert.rejects(remove('skane'), /PDL 3:14/)
  const receipt = 'a receipt of less than there is'
  await assert.rejects(live.remove('skane', { receipt, versions: 2 }), { code: 'conflict' })
  assert.ok((await rowsOf('skane')) > 0)
})

test('a region that has joined is part of all, and is named when it is silent', async () => {
  const number = [...recordsOf('orebro', 60)].flatMap((each) =>
    each.resourceType === 'Patient' ? (each.identifier?.[0]?.value ?? []) : [],
  )[0]
  const found = await karna.ask('anna.nystrom', 'GET', `all/Patient?identifier=${number}`)
  assert.equal(found.status, 200)
  assert.equal(found.json.entry.length, 1)
  // An answer is used again for a second.
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  simulators[0]?.setFault('down')
  const silent = await karna.ask('anna.nystrom', 'GET', `all/Patient?identifier=${number}&_count=7`)
  assert.equal(silent.status, 200)
  const outcome = silent.json.entry.find(
    (each: { search: { mode: string } }) => each.search.mode === 'outcome',
  )
  assert.match(outcome.resource.issue[0].diagnostics, /orebro/)
  const { watch, samples } = karna.karna.live
  await watch.look()
  const measured = (await samples.measured()).get('orebro')
  assert.ok(measured && measured.failedToday > 0 && (measured.available ?? 1) < 1)
  simulators[0]?.setFault('none')
  await watch.look()
  assert.equal((await samples.measured()).get('orebro')?.version, 'Cosmic 4.2')
})

test('a client secret that is changed is used from the next look on', async () => {
  const { live } = karna.karna
  const secret = await live.registry.secret('orebro', 'client')
  assert.ok(secret)
  const change = async (client: Buffer, number: number) => {
    await live.registry.put({
      id: 'orebro',
      name: 'Region orebro',
      kind: 'cosmic',
      secrets: { client },
    })
    await live.refresh()
    const answer = await karna.ask(
      'ingrid.norberg',
      'GET',
      `orebro/Patient?name=b&_count=${number}`,
    )
    return answer.text.includes('it gives no token')
  }
  assert.equal(await change(Buffer.from('wrong'), 11), true)
  assert.equal(await change(secret, 12), false)
})

test('an export holds all that was committed, and its receipt shows every change to it', async () => {
  const { operations, live } = karna.karna
  const made = { resourceType: 'Basic', code: { text: 'Ingen blödning <5' } }
  for (let n = 0; n < 3; n++) await karna.ask('sandbox', 'POST', 'sandbox/Basic', made)
  await live.registry.put({
    id: 'sandbox',
    name: 'Sandlåda',
    kind: 'own',
    secrets: { client: Buffer.from('key') },
  })
  const { files, destroyedKeys } = await operations.leave('sandbox', folder)
  assert.deepEqual(
    files.map(({ name, lines }) => [name, lines]),
    [['Basic.ndjson', 3]],
  )
  assert.match(destroyedKeys.client ?? '', /^[0-9a-f]{64}$/)
  assert.equal(await live.registry.secret('sandbox', 'client'), undefined)
  const place = path.join(folder, 'sandbox')
  assert.deepEqual(await verifyReceipt(place), [])
  assert.deepEqual(await operations.verify(place), [])
  const [event] = await live.registry.events('sandbox')
  assert.deepEqual(await verifyReceipt(place, String(event?.detail.publicKey)), [])
  await writeFile(path.join(place, 'Basic.ndjson'), 'Blödning <5\n')
  assert.deepEqual(await verifyReceipt(place), ['Basic.ndjson is not what was exported'])
})

test('a region goes back in one step, and is paused without being forgotten', async () => {
  const { operations } = karna.karna
  await operations.move('vasterbotten', 'paused')
  assert.equal((await karna.ask('johan.sandstrom', 'GET', 'vasterbotten/metadata')).status, 503)
  await operations.move('vasterbotten', 'live')
  assert.equal((await karna.ask('johan.sandstrom', 'GET', 'vasterbotten/metadata')).status, 200)
  await assert.rejects(operations.move('skane', 'live'), { code: 'business-rule' })
})

test('the map says what is missing, and what that means for care', () => {
  const map = karna.karna.operations.map('orebro')
  const missing = map.filter(({ answer }) => answer === 'missing')
  assert.ok(missing.some(({ type }) => type === 'AllergyIntolerance'))
  assert.ok(missing.every(({ means }) => means && means.length > 20))
  assert.equal(
    demoDirectory.regions.some(({ id }) => id === 'orebro'),
    true,
  )
})
