import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { KarnaUnderTest } from '../e2e/karna-under-test.ts'
import { ask } from '../two-worlds/compare.ts'
import { openWorld, TAINT } from '../two-worlds/worlds.ts'
import { asIfAbsent, bundle, get, observed } from './attacked.ts'

let world: KarnaUnderTest
before(async () => {
  world = await openWorld()
})

const HIDDEN = ['h-own-other0', 'h-psychiatry0', 'h-centre0', 'h-private0']
const asDoctor = (
  method: 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body: object,
  headers = {},
) => ask(world, { method, path, body, headers })
const PATCH = { 'content-type': 'application/json-patch+json' }

test('AZ18 entries of a batch are judged one by one, those of a transaction all together', async () => {
  const read = (url: string) => ({ request: { method: 'GET', url } })
  const { json } = await ask(
    world,
    bundle('batch', [
      read('Observation/v1'),
      ...HIDDEN.map((id) => read(`Observation/${id}`)),
      read('Observation?patient=p2'),
      read('Observation?patient=p1&_summary=count'),
    ]),
  )
  const statuses = json.entry.map((each: { response: { status: string } }) => each.response.status)
  assert.deepEqual(
    statuses.map((status: string) => status.slice(0, 3)),
    ['200', '404', '404', '404', '404', '403', '200'],
  )
  const write = (id: string) =>
    bundle('transaction', [
      {
        resource: observed('p1', { code: { text: 'all or none' } }),
        request: { method: 'POST', url: 'Observation' },
      },
      { resource: observed('p1', { id }), request: { method: 'PUT', url: `Observation/${id}` } },
    ])
  for (const id of HIDDEN) await asIfAbsent(world, write(id), write('nowhere'))
  const left = await ask(world, get('Observation?patient=p1&code:text=all&_summary=count'))
  assert.equal(left.json.total, 0)
})

test('AZ19 a condition finds only what its author may see', async () => {
  for (const id of HIDDEN) {
    const made = await asDoctor('POST', 'Observation', observed('p1'), {
      'if-none-exist': `_id=${id}`,
    })
    assert.equal(made.status, 201, id)
    assert.doesNotMatch(made.text, new RegExp(TAINT))
    const update = (name: string) => ({
      method: 'PUT' as const,
      path: `Observation?_id=${name}`,
      body: observed('p1'),
    })
    assert.equal(
      (await ask(world, update(id))).status,
      (await ask(world, update('nowhere'))).status,
    )
  }
  const other = { 'if-none-exist': 'patient=p2&status=final' }
  assert.equal((await asDoctor('POST', 'Observation', observed('p1'), other)).status, 403)
  const remove = (id: string) => ({ method: 'DELETE' as const, path: `Observation?_id=${id}` })
  for (const id of HIDDEN) {
    assert.equal(
      (await ask(world, remove(id))).status,
      (await ask(world, remove('nowhere'))).status,
    )
    assert.equal(await versionOf(id), 1)
  }
})

/** The version that the store holds, whoever may see it. */
async function versionOf(id: string): Promise<number | undefined> {
  const { rows } = await world.db.query<{ ver: number }>({
    text: 'select ver from store.res where fid = $1 and not deleted',
    values: [id],
  })
  return rows[0]?.ver
}

test('AZ20 an id that is taken out of sight answers as a free one', async () => {
  for (const id of HIDDEN) {
    const put = (name: string, headers = {}) => ({
      method: 'PUT' as const,
      path: `Observation/${name}`,
      body: observed('p1', { id: name }),
      headers,
    })
    await asIfAbsent(world, put(id), put('nowhere'))
    const match = { 'if-match': 'W/"1"' }
    await asIfAbsent(world, put(id, match), put('nowhere', match))
    assert.equal(await versionOf(id), 1)
  }
})

test('AZ21 a patch asks nothing of what is hidden', async () => {
  for (const id of HIDDEN) {
    for (const value of ['final', 'amended']) {
      const patch = (name: string) => ({
        method: 'PATCH' as const,
        path: `Observation/${name}`,
        body: [{ op: 'test', path: '/status', value }],
        headers: PATCH,
      })
      assert.equal((await asIfAbsent(world, patch(id), patch('nowhere'))).status, 404)
    }
  }
})

test('AZ23 nothing is written into a record out of reach, nor moved there', async () => {
  assert.equal((await asDoctor('POST', 'Observation', observed('p2'))).status, 403)
  const moved = observed('p2', { id: 'v2' })
  assert.equal((await asDoctor('PUT', 'Observation/v2', moved)).status, 403)
  const patch = [{ op: 'replace', path: '/subject/reference', value: 'Patient/p2' }]
  const byPatch = await ask(world, {
    method: 'PATCH',
    path: 'Observation/v2',
    body: patch,
    headers: PATCH,
  })
  assert.equal(byPatch.status, 403)
  assert.equal(await versionOf('v2'), 1)
  const { rows } = await world.db.query<{ n: number }>({
    text: "select count(*)::int as n from store.res where pfid = 'p2' and fid is null",
  })
  assert.equal(rows[0]?.n, 0)
})

test('AZ24 leaving a label out of a write doesn’t take it away', async () => {
  const system = 'https://karna.se/fhir/CodeSystem/label'
  const labelled = observed('p1', { meta: { security: [{ system, code: 'insurance-medicine' }] } })
  const made = await asDoctor('POST', 'Observation', labelled)
  const { id } = made.json
  const plain = observed('p1', { id, code: { text: 'label left out' } })
  assert.equal((await asDoctor('PUT', `Observation/${id}`, plain)).status, 200)
  const reason = { 'x-karna-reason': 'Konsult' }
  const elsewhere = (name: string) =>
    world.ask('goran.ek', 'GET', `vgr/Observation/${name}`, undefined, reason)
  assert.equal((await elsewhere('v1')).status, 200)
  assert.equal((await elsewhere(id)).status, 404)
  assert.notEqual((await asDoctor('POST', `Observation/${id}/$meta-delete`, {})).status, 200)
  const mine = await ask(world, get(`Observation/${id}`))
  assert.equal(mine.status, 200)
})
