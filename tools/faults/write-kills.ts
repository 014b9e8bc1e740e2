/**
 * Kills server and PostgreSQL while clients write, and looks for what was acknowledged and isn't there:
 *
 *     node tools/faults/write-kills.ts --kills 60
 *
 * Ends with 1 if anything was lost, unlogged or half done, or if the control was not caught.
 */
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { type WriteReport, writeRun } from './write-run.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '60' },
    'control-kills': { type: 'string', default: '6' },
  },
})
const folder = (name: string) => path.join(tmpdir(), `karna-writes-${process.pid}-${name}`)
const show = (line: string) => process.stderr.write(`${new Date().toISOString()} ${line}\n`)

const control = await writeRun({
  folder: folder('control'),
  entry: 'tools/faults/answer-before-commit.ts',
  kills: Number(values['control-kills']),
  clients: 16,
})
print('control, answers before the commit is on disk', control)

const report = await writeRun({
  folder: folder('run'),
  entry: 'src/main.ts',
  kills: Number(values.kills),
  clients: 16,
  onProgress: show,
})
print('commit before answer', report)
const { lost, unlogged, partial } = report
process.exitCode = control.lost.length > 0 && [lost, unlogged, partial].every(isEmpty) ? 0 : 1

function isEmpty(list: readonly string[]): boolean {
  return list.length === 0
}

function print(name: string, { kills, acknowledged, unknown, ...found }: WriteReport): void {
  const parts = Object.entries(found).map(([what, list]) => `${list.length} ${what}`)
  process.stdout.write(
    `${name}\n  ${kills} kills, ${acknowledged} acknowledged, ${unknown} unanswered: ${parts.join(', ')}\n`,
  )
}
