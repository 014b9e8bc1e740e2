import assert from 'node:assert/strict'
import { test } from 'node:test'
import { contentOf } from './entries.ts'
import type { LoadTarget } from './load.ts'
import { createSourceLoader } from './load-by-source.ts'

const SOURCE = 'urn:oid:1.2.752.29.4.19#'

test('each resource goes to the region of the unit that made it, and the report tells of all', async () => {
  const stored: string[] = []
  const targetOf = (region: string): LoadTarget => ({
    find: async () => [],
    versionsOf: async () => [],
    async transact(changes) {
      for (const change of changes)
        if (change.kind === 'create') stored.push(`${region} ${change.id}`)
      return changes.map(() => ({ outcome: 'created' as const, resource: undefined }) as never)
    },
  })
  const regionOf = (hsaId: string) => ({ 'SE1-E1': 'vgr', 'SE2-E1': 'skane' })[hsaId]
  const loader = createSourceLoader(targetOf, regionOf, 'sandbox')
  const basic = (id: string, source?: string) =>
    loader.add(
      contentOf({
        name: id,
        bytes: Buffer.from(
          JSON.stringify({
            resourceType: 'Basic',
            id,
            ...(source ? { meta: { source } } : {}),
            code: { text: 'x' },
          }),
        ),
      }),
    )
  await basic('a', `${SOURCE}SE1-E1`)
  await basic('b', `${SOURCE}SE2-E1`)
  await basic('c')
  await basic('d', `${SOURCE}SE9-E9`)
  await basic('e', 'SE1-E1')
  await loader.add(contentOf({ name: 'bad', bytes: Buffer.from('{') }))
  await loader.finish()
  assert.deepEqual(stored.sort(), ['sandbox c', 'sandbox d', 'sandbox e', 'skane b', 'vgr a'])
  assert.equal(loader.report.stored, 5)
  assert.equal(loader.report.storedByType.get('Basic'), 5)
  assert.deepEqual(
    loader.report.rejections.map(({ name }) => name),
    ['bad'],
  )
})
