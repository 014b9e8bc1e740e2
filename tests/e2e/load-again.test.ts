import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentOf } from '../../src/exchange/load/entries.ts'
import { createLoader } from '../../src/exchange/load/load.ts'
import { startKarna } from './karna-under-test.ts'

test('a load that is run again takes back nothing that was changed or deleted since', async () => {
  const { karna, ask } = await startKarna()
  const lines = ['kept', 'edited', 'deleted'].map(
    (id) => `{"resourceType":"Basic","id":"again-${id}","code":{"text":"loaded"}}`,
  )
  const load = async () => {
    const loader = createLoader(karna.loadTarget('sandbox'))
    for (const line of lines) {
      await loader.add(contentOf({ name: 'lines', bytes: Buffer.from(line) }))
    }
    await loader.finish()
    return loader.report
  }
  assert.equal((await load()).stored, 3)
  const edited = { resourceType: 'Basic', id: 'again-edited', code: { text: 'edited' } }
  await ask('sandbox', 'PUT', 'sandbox/Basic/again-edited', edited)
  await ask('sandbox', 'DELETE', 'sandbox/Basic/again-deleted')
  const report = await load()
  assert.deepEqual([report.stored, report.updated, report.alreadyThere], [0, 0, 1])
  assert.deepEqual(report.rejections.map(({ id }) => id).sort(), ['again-deleted', 'again-edited'])
  const { json } = await ask('sandbox', 'GET', 'sandbox/Basic/again-edited')
  assert.deepEqual([json.code.text, json.meta.versionId], ['edited', '2'])
  assert.equal((await ask('sandbox', 'GET', 'sandbox/Basic/again-deleted')).status, 410)
})
