import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { IDENTITY_ROWS } from './identity-rows.ts'

const attacks = readdirSync('tests/attack')
  .filter((file) => file.endsWith('-attacks.test.ts'))
  .map((file) => readFileSync(`tests/attack/${file}`, 'utf8'))
  .join('\n')

for (const each of IDENTITY_ROWS) {
  if ('noSurface' in each) continue
  test(`${each.row} has a test, and a fault that can be put in to show that it bites`, () => {
    assert.match(attacks, new RegExp(`^test\\('${each.row} `, 'm'))
    const { file, find } = each.broken
    assert.equal(readFileSync(file, 'utf8').split(find).length, 2, `${file}: ${find}`)
  })
}

test('every row about who somebody is stands in the list, with a surface or without', () => {
  const rows = IDENTITY_ROWS.map(({ row }) => row)
  const wanted = Array.from({ length: 20 }, (_, index) => `AN${String(index + 1).padStart(2, '0')}`)
  assert.deepEqual(
    wanted.filter((row) => !rows.includes(row)),
    [],
  )
})
