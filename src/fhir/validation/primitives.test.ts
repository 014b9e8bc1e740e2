import assert from 'node:assert/strict'
import { test } from 'node:test'
import { PRIMITIVES } from './primitives.ts'

const MAX = 2147483647

/** Type → what is of it, and what isn't. */
const CASES: Readonly<Record<string, readonly [readonly unknown[], readonly unknown[]]>> = {
  boolean: [
    [true, false],
    ['true', 0, null],
  ],
  integer: [
    [0, -1, MAX, -MAX - 1],
    [1.5, MAX + 1, '1', Number.NaN],
  ],
  unsignedInt: [
    [0, MAX],
    [-1, 0.1, MAX + 1],
  ],
  positiveInt: [
    [1, MAX],
    [0, -1],
  ],
  decimal: [
    [0, -1.5, 1e300],
    ['1', Number.POSITIVE_INFINITY, Number.NaN],
  ],
  string: [
    [' ', 'Å'],
    ['', 1, null, 'x'.repeat(1024 * 1024 + 1)],
  ],
  code: [
    ['a', 'a b'],
    ['', ' ', ' a', 'a ', 'a  b'],
  ],
  id: [
    ['a.-1', 'x'.repeat(64)],
    ['', 'x'.repeat(65), 'a_b', 'a/b', 'å', 'a\n'],
  ],
  uri: [
    ['urn:x', 'relative/x', 'http://å'],
    ['', 'a b', '\n'],
  ],
  canonical: [['http://x|1', '#a'], ['a b']],
  oid: [['urn:oid:1.2.752'], ['1.2.752', 'urn:oid:3.1', 'urn:oid:1.02']],
  uuid: [
    ['urn:uuid:c757873d-ec9a-4326-a141-556f43239520'],
    ['c757873d-ec9a-4326-a141-556f43239520'],
  ],
  date: [
    ['2026', '2026-02', '2024-02-29', '2000-02-29', '0001-01-01', '2026-12-31'],
    [
      '0000',
      '2026-13',
      '2026-02-29',
      '1900-02-29',
      '2026-04-31',
      '2026-1-1',
      '2026-01-01T00:00:00Z',
      '20260101',
      2026,
    ],
  ],
  dateTime: [
    ['2026', '2026-02-28T23:59:60Z', '2026-01-01T00:00:00.000000001-14:00'],
    [
      '2026-01-01T00:00:00',
      '2026-01-01T00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T12:30:60Z',
      '2026-02-30T00:00:00Z',
      '2026-01-01T00:00:00+15:00',
      '2026-01-01 00:00:00Z',
    ],
  ],
  instant: [['2026-01-01T00:00:00Z'], ['2026-01-01', '2026-06-31T00:00:00Z']],
  time: [
    ['00:00:00', '23:59:59.5'],
    ['24:00:00', '12:00', '12:00:00Z'],
  ],
  base64Binary: [
    ['AAAA', 'AA==', 'AAA=', 'AAAA\r\nAAAA', ' AAAA '],
    ['', '=', 'A', 'AAA', 'AA=A', 'A===', 'AA-_', '====', 'AAAÅ'],
  ],
}

for (const [type, [right, wrong]] of Object.entries(CASES)) {
  test(`${type} is told from what looks like it`, () => {
    for (const value of right) assert.equal(PRIMITIVES[type]?.(value), true, `${value}`)
    for (const value of wrong)
      assert.equal(PRIMITIVES[type]?.(value), false, `${value}`.slice(0, 80))
  })
}

test('megabytes of base64 are read without backtracking', () => {
  assert.equal(PRIMITIVES.base64Binary?.('A'.repeat(20_000_000)), true)
  assert.equal(PRIMITIVES.base64Binary?.(`${'A'.repeat(20_000_000)}!`), false)
})
