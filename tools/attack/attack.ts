/**
 * Runs every attack against builds with one fault each: a row of the threat table counts only if its tests catch it.
 * `npm run attack` all rows, `npm run attack AN05` one. About ten seconds a row.
 */
import { readdirSync, readFileSync } from 'node:fs'
import type { AttackRow, BrokenBuild } from '../../tests/attack/attack-row.ts'
import { ROWS } from '../../tests/attack/rows.ts'
import { rowsCaught } from './run-broken.ts'

const wanted = process.argv.slice(2)
const rows = ROWS.filter(({ row }) => wanted.length === 0 || wanted.includes(row))
const missed = rows.filter((row) => !report(row))
if (missed.length > 0) {
  process.stdout.write(`\nNot caught: ${missed.map(({ row }) => row).join(', ')}\n`)
  process.exitCode = 1
}

/** Says what came of a row; whether it is as it should be. */
function report(row: AttackRow): boolean {
  const caught = 'noSurface' in row ? undefined : isCaught(row.row, row.broken)
  const word = caught === undefined ? 'no surface' : caught ? 'caught' : 'NOT CAUGHT'
  const why = 'noSurface' in row ? `: ${row.noSurface}` : ''
  process.stdout.write(`${row.row}  ${word.padEnd(10)}  ${row.threat}${why}\n`)
  return caught !== false
}

/** The row's tests fail on the broken build. */
function isCaught(row: string, broken: BrokenBuild): boolean {
  return filesOf(row).some((file) => rowsCaught([row], [broken], file).length > 0)
}

/** Where a row's tests are. */
function filesOf(row: string): readonly string[] {
  const files = readdirSync('tests/attack').map((file) => `tests/attack/${file}`)
  return files.filter((file) => readFileSync(file, 'utf8').includes(`\ntest('${row} `))
}
