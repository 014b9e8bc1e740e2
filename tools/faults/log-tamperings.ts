/**
 * Tampers with the access log in every way of `tamper.ts`, over and over, and looks for what the verifier doesn't find:
 *
 *     node tools/faults/log-tamperings.ts --times 20000
 */
import { rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { migrate } from '../../src/db/migrate.ts'
import { writeHonestLog } from './honest-log.ts'
import { tamperRun } from './tamper-run.ts'

const { values } = parseArgs({ options: { times: { type: 'string', default: '20000' } } })
const folder = path.join(tmpdir(), `karna-tamperings-${process.pid}`)
const postgres = await startEmbeddedPostgres(path.join(folder, 'postgres'))
try {
  const url = postgres.url('postgres')
  await migrate(url)
  const log = await writeHonestLog(url, folder)
  const began = Date.now()
  const report = await tamperRun(log, Number(values.times))
  const { tried, counts, undetected, misplaced, honest, falseAlarms } = report
  const seconds = Math.round((Date.now() - began) / 1000)
  process.stdout.write(
    `tamperings with the log: ${tried} in ${Object.keys(counts).length} ways, ${seconds} s\n  undetected: ${undetected.length}\n  found elsewhere: ${misplaced.length}\n  false alarms: ${falseAlarms.length} in ${honest} honest logs\n`,
  )
  for (const each of [...undetected, ...misplaced, ...falseAlarms].slice(0, 10)) {
    process.stdout.write(`    ${each}\n`)
  }
  process.exitCode = undetected.length + misplaced.length + falseAlarms.length > 0 ? 1 : 0
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}
