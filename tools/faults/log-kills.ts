/**
 * Kills server and PostgreSQL under load and looks for disclosures without a log entry:
 *
 *     node tools/faults/log-kills.ts --kills 300 --disclosures 1000000
 *
 * Prints what was done and found. Ends with 1 if anything was unlogged, or if the control was not caught.
 */
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type KillReport, killRun } from './kill-run.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '300' },
    disclosures: { type: 'string', default: '1000000' },
    'control-kills': { type: 'string', default: '6' },
  },
})
const show = (line: string) => process.stderr.write(`${new Date().toISOString()} ${line}\n`)
const folder = (name: string) => path.join(tmpdir(), `karna-faults-${process.pid}-${name}`)

const control = await killRun({
  folder: folder('control'),
  entry: 'tools/faults/fire-and-forget.ts',
  kills: Number(values['control-kills']),
  disclosures: 0,
  clients: 16,
})
print('control, a log written in the background', control)

const report = await killRun({
  folder: folder('run'),
  entry: 'src/main.ts',
  kills: Number(values.kills),
  disclosures: Number(values.disclosures),
  clients: 16,
  onProgress: show,
})
print('log before answer', report)
process.exitCode = control.unlogged.length > 0 && report.unlogged.length === 0 ? 0 : 1

function print(name: string, { kills, unlogged, ...counts }: KillReport): void {
  const killed = `kills: ${kills.server} server, ${kills.postgres} PostgreSQL, ${kills.both} both`
  const rest = `${counts.answers} answers, ${counts.broken} cut off, ${counts.refused} refused, ${counts.crashes} crashes`
  process.stdout.write(
    `${name}\n  ${killed}\n  disclosures: ${counts.disclosures} in ${rest}\n  unlogged: ${unlogged.length}\n`,
  )
  for (const each of unlogged.slice(0, 5)) process.stdout.write(`    ${each}\n`)
}
