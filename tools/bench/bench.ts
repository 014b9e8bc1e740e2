/**
 * `npm run bench [-- --quick] [-- --json] [-- --large] [-- --only=create,update]`
 *
 * Measures Kärna with its law gate and durable access log on, and beside it, in the same run and on the same PostgreSQL,
 * the bare limit (limit-server.ts) and the same server without the law (ungated-server.ts). Each figure is the median of
 * interleaved rounds, at 16 and 64 connections. A wrong answer, or a log that hasn't one row a request, ends the run.
 * Without flags: 100,000 resources, five rounds, and the result is written to docs/bench.md.
 * --large also compares patient-led searches at 10,000 and 1,000,000 resources. --quick is for CI and writes nothing;
 * nor is anything written with --only, which measures what has one of the words in its name.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { measureRound, probe } from './measure-round.ts'
import { type Operation, operationsOn } from './operations.ts'
import { type Figure, type Results, report, toMarkdown } from './report.ts'
import { type Bench, openBench } from './servers.ts'

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    rounds: { type: 'string' },
    patients: { type: 'string' },
  },
})

const ROUNDS = Number(flags.rounds ?? (flags.quick ? 1 : 5))
const SECONDS = flags.quick ? 0.3 : 2
const CONNECTIONS = flags.quick ? [16] : [16, 64]
const PATIENTS = Number(flags.patients ?? (flags.quick ? 20 : 1_000))
const SMALL = 100
const TIMES = 100
const NOTES = 'docs/bench-notes.md'

/** Progress goes to standard error, so that `--json` prints nothing else. */
const say = (text: string) => process.stderr.write(`${text}\n`)

const folder = path.join(tmpdir(), `karna-bench-${process.pid}`)
const postgres = await startEmbeddedPostgres(path.join(folder, 'postgres'))
try {
  const results = await run()
  const text = toMarkdown(results, existsSync(NOTES) ? readFileSync(NOTES, 'utf8') : '')
  process.stdout.write(flags.json ? `${JSON.stringify(report(results))}\n` : text)
  if (!flags.quick && !flags.only) writeFileSync('docs/bench.md', text)
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}

async function run(): Promise<Results> {
  const bench = await openBench(postgres, folder, PATIENTS, say)
  const only = flags.only.split(',')
  const wanted = operationsOn(bench).filter(({ name }) => only.some((word) => name.includes(word)))
  const figures = await measureAll(bench, wanted, CONNECTIONS)
  await bench.close()
  const growth = flags.large ? await measureGrowth() : []
  return { patients: PATIENTS, loaded: bench.loaded, figures, growth }
}

/** Every operation at every number of connections, in rounds, so that the machine's moods hit all alike. */
async function measureAll(
  bench: Bench,
  operations: readonly Operation[],
  connections: readonly number[],
): Promise<Figure[]> {
  const figures = operations.flatMap((operation) =>
    connections.map((count) => ({ operation, connections: count, rounds: [] as Figure['rounds'] })),
  )
  for (const operation of operations) await probe(bench, operation)
  for (let number = flags.quick ? 1 : 0; number <= ROUNDS; number++) {
    for (const figure of figures) {
      const load = { connections: figure.connections, seconds: SECONDS, number }
      const measured = await measureRound(bench, figure.operation, load)
      if (number === 0) continue // the first round is for warming up
      figure.rounds = [...figure.rounds, measured]
      const { name } = figure.operation
      const used = `${measured.node?.toFixed(0)} + ${measured.postgres?.toFixed(0)} µs`
      say(
        `${number}/${ROUNDS} ${name} ${figure.connections}: ${Math.round(measured.perSecond)}/s p99 ${measured.p99.toFixed(1)} ms, ${used}`,
      )
    }
  }
  return figures
}

/** What patient-led searches cost with 10,000 and with 1,000,000 resources: the same requests to the same server. */
async function measureGrowth(): Promise<Results['growth']> {
  const bench = await openBench(postgres, folder, SMALL, say)
  const searches = operationsOn(bench).filter(
    ({ patientLed, server }) => patientLed && server === 'karna',
  )
  const small = await measureAll(bench, searches, [16])
  say(`growing to ${SMALL * 100 * TIMES} resources …`)
  await bench.grow(TIMES)
  const large = await measureAll(bench, searches, [16])
  await bench.close()
  return small.flatMap((figure, index) => {
    const other = large[index]
    return other ? [[figure, other] as const] : []
  })
}
