import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
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
