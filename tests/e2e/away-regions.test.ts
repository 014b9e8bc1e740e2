import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { RegionPlan } from '../../src/systems/registry/registry.ts'
import { type AllRegions, startAllRegions } from './all-regions-under-test.ts'

/* A region that takes part and is paused, or can't be opened, is missing in an answer of all: it's said there. */

const ONE = '189001019802'
let all: AllRegions

before(async () => {
  all = await startAllRegions()
})

const ask = (below: string) => all.karna.ask('anna.nystrom', 'GET', below)

/** What an answer of all regions says is missing in it. */
async function missing(below: string): Promise<string[]> {
  const { status, text, json } = await ask(`all/${below}`)
  assert.equal(status, 200, text)
  return (json.entry ?? []).flatMap(
    ({ resource }: { resource: { resourceType: string; issue: { diagnostics: string }[] } }) =>
      resource.resourceType === 'OperationOutcome'
        ? resource.issue.map(({ diagnostics }) => diagnostics)
        : [],
  )
}

const SETTINGS = {
  url: 'http://127.0.0.1:9/fhir',
  tokenUrl: 'http://127.0.0.1:9/token',
  clientId: 'karna',
  scope: '*',
  provider: 'SE2321000081-E000000000001',
  units: [],
}
/** Each can't be opened in its own way. */
const BROKEN: readonly Pick<RegionPlan, 'kind' | 'settings'>[] = [
  { kind: 'rivta', settings: {} },
  { kind: 'rivta', settings: { sources: [{}], units: [], providers: [] } },
  { kind: 'cosmic', settings: SETTINGS },
]
const PEER: Pick<RegionPlan, 'kind' | 'settings'> = {
  kind: 'karna',
  settings: {
    ...{ url: 'https://127.0.0.1:9', region: 'blekinge', ca: 'not PEM', key: 'not PEM' },
    ...{ issuer: 'karna.blekinge.example', audience: 'us', providers: [] },
  },
}

test('a region that is paused is named where it may hold something, and gives nothing', async () => {
  const { operations } = all.karna.karna
  const about = `Observation?patient=${all.person}`
  assert.deepEqual(await missing(about), [])
  await operations.move('skane', 'paused')
  assert.deepEqual(await missing(about), ['skane: unavailable'])
  assert.deepEqual(await missing(`Patient?identifier=${ONE}`), ['skane: unavailable'])
  assert.equal((await ask('all/Observation/skane.there0')).status, 503, 'it isn’t known to be gone')
  await operations.move('skane', 'live')
  assert.deepEqual(await missing(about), [], 'at once')
  await operations.move('orebro', 'paused').catch(() => {})
  assert.deepEqual(await missing(about), [], 'one that the index does not name')
})

for (const [index, plan] of BROKEN.entries()) {
  test(`a region that cannot be opened is named and keeps none from answering (${index + 1})`, async () => {
    const { registry, persons, refresh } = all.karna.karna.live
    const id = `broken-${index + 1}`
    const others = `Observation?patient=${all.person}&_count=3`
    await persons.noteAll(id, [{ number: ONE, patient: 'b1' }])
    await registry.put({ id, name: 'Region Trasig', state: 'live', ...plan })
    await registry.put({ id: 'zz-after', name: 'Efter', kind: 'own', state: 'live' })
    await refresh()
    assert.ok(all.karna.karna.live.open('zz-after'), 'those after it are opened')
    assert.deepEqual(await missing(others), [`${id}: unavailable`])
    assert.ok((await ask(`all/${others}`)).text.includes('Region Trasig'))
    assert.equal((await ask(`${id}/metadata`)).status, 503)
    const [event] = await registry.events(id)
    assert.equal(event?.event, 'not-opened')
    await registry.move(id, 'shadow')
    await refresh()
    assert.deepEqual(await missing(others), [], 'nobody is shown it: it is not missing')
  })
}

test('a region that is changed to what cannot be opened goes on as it was, and is paused when it is', async () => {
  const { registry, refresh, open } = all.karna.karna.live
  await registry.put({
    id: 'vasterbotten',
    name: 'Region Västerbotten',
    kind: 'rivta',
    settings: {},
  })
  await refresh()
  assert.deepEqual(await missing(`Observation?patient=${all.person}`), [])
  await registry.move('vasterbotten', 'paused')
  await refresh()
  assert.equal(open('vasterbotten')?.record.state, 'paused')
  assert.deepEqual(await missing(`Observation?patient=${all.person}`), [
    'vasterbotten: unavailable',
  ])
})

test('another Kärna that is away may hold something about anybody', async () => {
  const { registry, refresh } = all.karna.karna.live
  await registry.put({ id: 'another', name: 'Region Annan', state: 'live', ...PEER })
  await refresh()
  const { person } = all
  assert.ok((await missing(`Condition?patient=${person}`)).includes('another: unavailable'))
})
