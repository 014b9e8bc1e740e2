import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { ResourceKey } from '../../src/fhir/record-system.ts'
import { destroyCommand } from '../../src/record-commands.ts'
import { actor, consent, UNITS } from '../attack/attacked.ts'
import { openWorld } from '../two-worlds/worlds.ts'
import type { KarnaUnderTest } from './karna-under-test.ts'

let world: KarnaUnderTest
before(async () => {
  world = await openWorld()
})

const get = (path: string) => world.ask('anna.nystrom', 'GET', `vgr/${path}`)
const run = (text: string, ...values: unknown[]) => world.db.query({ text, values })
const order = { authority: 'IVO', number: '8.2-17/2026', patient: 'p1' }
const remove = (patient: string, resources: readonly ResourceKey[], by: typeof order | undefined) =>
  world.karna.removeRecords('vgr', { patient, resources, order: by })
const V1 = [{ type: 'Observation', id: 'v1' }] as const

/** Whether a text stands in any row of the store. */
async function isStored(text: string): Promise<boolean> {
  const { rows } = await run('select 1 from store.ver where body like $1 limit 1', `%${text}%`)
  return rows.length > 0
}

describe('destruction (PDL 8:4, 3:14)', () => {
  test('takes the inspectorate’s order about that patient', async () => {
    for (const wrong of [
      { ...order, authority: 'the board' },
      { ...order, number: '' },
      { ...order, patient: 'p2' },
    ]) {
      await assert.rejects(remove('p1', V1, wrong), /PDL 8:4/)
    }
    await assert.rejects(remove('p1', [{ type: 'Observation', id: 'h-own-other0' }], order), {
      code: 'not-found',
    })
    assert.equal((await get('Observation/v1')).status, 200)
  })

  test('leaves nothing of what was said, in any version, search or history, and that there was something', async () => {
    const secret = 'Zq7tobedestroyed'
    const body = {
      resourceType: 'Observation',
      id: 'v2',
      status: 'final',
      code: { text: secret },
      subject: { reference: 'Patient/p1' },
    }
    assert.equal((await world.ask('anna.nystrom', 'PUT', 'vgr/Observation/v2', body)).status, 200)
    assert.equal(await isStored(secret), true)
    const gone = await remove('p1', [{ type: 'Observation', id: 'v2' }], order)
    assert.equal(gone, 2)
    assert.equal(await isStored(secret), false)
    for (const below of ['', '/_history/1', '/_history/2']) {
      const { status, text } = await get(`Observation/v2${below}`)
      assert.equal(status, 410, below)
      assert.doesNotMatch(text, new RegExp(secret))
    }
    assert.equal((await get(`Observation?patient=p1&code:text=${secret}`)).json.entry, undefined)
    const { json, text } = await get('Observation/v2/_history')
    assert.equal(json.entry.length, 3)
    assert.doesNotMatch(text, new RegExp(`"${secret}"`))
    assert.equal((await get('Observation?patient=p1&_summary=count')).json.total, 7)
  })

  test('is in the log before it is done, and is kept beside the record', async () => {
    const { rows } = await run(
      "select outcome, paragraph, reason, resources from law.access_log where action = 'destroy' order by at",
    )
    assert.deepEqual(
      rows.map((row) => Object.values(row as object)),
      [
        ...Array.from({ length: 3 }, () => ['deny', 'PDL 8:4', null, '']),
        ['permit', null, 'PDL 8:4 IVO 8.2-17/2026', 'Observation/v2'],
      ],
    )
    const kept = await run('select ver, ground from store.destroyed order by ver')
    assert.deepEqual(kept.rows, [
      { ver: 1, ground: 'PDL 8:4 IVO 8.2-17/2026' },
      { ver: 2, ground: 'PDL 8:4 IVO 8.2-17/2026' },
    ])
  })
})

describe('destruction (PDL 8:4)', () => {
  test('has no other way', async () => {
    await assert.rejects(run("update store.ver set body = ''"), /PDL 3:14/)
    await assert.rejects(run('delete from store.ver'), /PDL 3:14/)
    await assert.rejects(run('delete from store.destroyed'), /PDL 3:14/)
    await assert.rejects(run("select store.destroy(1::int2, '{}', '{}', ' ')"), /PDL 8:4/)
    for (const path of ['$destroy', 'Patient/p1/$destroy', 'Observation/v1/$destroy']) {
      assert.ok((await get(path)).status >= 400)
    }
  })

  test('of a Consent ends what it decided', async () => {
    const closing = { type: 'deny', actor: [actor(UNITS.centre, 'unit')] }
    const made = await world.ask(
      'anna.nystrom',
      'POST',
      'vgr/Consent',
      consent('inner-block', closing),
    )
    await remove('p1', [{ type: 'Consent', id: made.json.id }], order)
    const { rows } = await run(
      'select 1 from law.decision where consent = $1 and ended_at is null',
      made.json.id,
    )
    assert.deepEqual(rows, [])
  })
})

describe('records are kept (PDL 3:17)', () => {
  test('for ten years after the last entry in the whole record', async () => {
    await assert.rejects(remove('p1', V1, undefined), /PDL 3:17/)
    await run(
      "update store.res set upd = now() - interval '11 years' where pfid = 'p1' and fid <> 'v3'",
    )
    await assert.rejects(remove('p1', V1, undefined), /PDL 3:17/)
    await run("update store.res set upd = now() - interval '11 years' where pfid = 'p1'")
    assert.equal(await remove('p1', V1, undefined), 1)
    assert.equal((await get('Observation/v1')).status, 410)
  })

  test('and then go only when somebody says so, on one ground alone', async () => {
    const told: string[] = []
    const say = (...words: string[]) =>
      destroyCommand(world.karna, words, (text) => told.push(text))
    await assert.rejects(say('vgr', 'p1'), { code: 'invalid' })
    await assert.rejects(say('vgr', 'p1', '--kept', '--order', '1'), { code: 'invalid' })
    await assert.rejects(say('vgr', 'p1', '--kept', 'Observation'), { code: 'invalid' })
    assert.equal(await say('vgr', 'p2', '--order', '8.2-18/2026', 'Observation/h-other0'), 0)
    assert.deepEqual(told, ['1 versions say nothing any more'])
  })
})
