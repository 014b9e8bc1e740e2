import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { before, describe, test } from 'node:test'
import type { KarnaUnderTest } from '../e2e/karna-under-test.ts'
import { openWorld } from '../two-worlds/worlds.ts'
import { ROWS } from './rows.ts'

const attacks = readdirSync('tests/attack')
  .filter((file) => file.endsWith('-attacks.test.ts'))
  .map((file) => readFileSync(`tests/attack/${file}`, 'utf8'))
  .join('\n')

for (const each of ROWS) {
  if ('noSurface' in each) continue
  test(`${each.row} has a test, and a fault that can be put in to show that it bites`, () => {
    assert.match(attacks, new RegExp(`^test\\('${each.row} `, 'm'))
    const { file, find } = each.broken
    assert.equal(readFileSync(file, 'utf8').split(find).length, 2, `${file}: ${find}`)
  })
}

test('every row about rights, logins and the log stands in the list once, with a surface or without', () => {
  const numbered = (kind: string, most: number) =>
    Array.from({ length: most }, (_, index) => `${kind}${String(index + 1).padStart(2, '0')}`)
  const wanted = [...numbered('AN', 20), ...numbered('AU', 16), ...numbered('AZ', 45)]
  assert.deepEqual(ROWS.map(({ row }) => row).sort(), wanted)
})

describe('a row without a surface', () => {
  let world: KarnaUnderTest
  before(async () => {
    world = await openWorld()
  })

  for (const each of ROWS) {
    if (!('noSurface' in each) || !each.refused) continue
    test(`${each.row} has none yet: whoever adds one takes its probe away and writes the row`, async () => {
      for (const path of each.refused ?? []) {
        const { status } = await world.ask('anna.nystrom', 'GET', `vgr/${path}`)
        assert.ok(status >= 400 && status < 500, `${path} answers ${status}`)
      }
    })
  }
})
