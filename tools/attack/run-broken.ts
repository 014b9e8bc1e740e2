import { spawnSync } from 'node:child_process'
import type { BrokenBuild } from '../../tests/attack/attack-row.ts'

/**
 * Runs the tests of rows against a build with faults in it, in a process of its own.
 *
 * @param file a word in the path of the test file, as `tools/test.ts` takes them
 * @returns the rows of which a test failed
 */
export function rowsCaught(
  rows: readonly string[],
  faults: readonly BrokenBuild[],
  file: string,
): readonly string[] {
  const { stdout } = spawnSync(
    process.execPath,
    [
      ...['--import', './tools/attack/break.ts'],
      ...['--test-name-pattern', `^(${rows.join('|')}) `],
      ...['tools/test.ts', file],
    ],
    {
      encoding: 'utf8',
      env: { ...withoutTestContext(), BROKEN_BUILD: JSON.stringify(faults) },
      timeout: 180_000,
    },
  )
  return rows.filter((row) => new RegExp(`^\\s*✖ ${row} `, 'm').test(stdout))
}

/** A test runner that finds itself below another reports to that one, and prints nothing. */
function withoutTestContext(): NodeJS.ProcessEnv {
  const { NODE_TEST_CONTEXT: _, ...env } = process.env
  return env
}
