/**
 * `npm run bench [-- --quick] [-- --json] [-- --large] [-- --only=create,update]`
 *
 * Measures Kärna with its law gate and durable access log on, and beside it, in the same run and on the same PostgreSQL,
 * the bare limit (limit-server.ts). Each figure is the median of interleaved rounds, at 16 and 64 connections.
 * Without flags: 100,000 resources, three rounds, and the result is written to docs/bench.md.
 * --large also compares patient-led searches at 10,000 and 1,000,000 resources. --quick is for CI and writes nothing;
 * nor is anything written with --only, which measures what has one of the words in its name.
 */
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { startEmbeddedPostgres } from '../../src/db/embedded-postgres.ts'
import { measure } from './http-load.ts'
import { operationsOn } from './operations.ts'
import { type Figure, medianOf, report, toMarkdown } from './report.ts'
import { type Bench, openBench } from './servers.ts'

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    large: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
})

const ROUNDS = flags.quick ? 1 : 3
const SECONDS = flags.quick ? Number(process.env.S ?? 1) : 3
const CONNECTIONS = flags.quick ? [16, 64] : [16, 64]
const PATIENTS = flags.quick ? 100 : 1_000
const SMALL = 100
const LARGE = 10_000

/** Progress goes to standard error, so that `--json` prints nothing else. */
const say = (text: string) => process.stderr.write(`${text}\n`)

const folder = path.join(tmpdir(), `karna-bench-${process.pid}`)
const postgres = await startEmbeddedPostgres(folder)
try {
  const bench = await openBench(postgres, 'main', PATIENTS, say)
  const figures = await measureAll(bench)
  await bench.close()
  const growth = flags.large ? await measureGrowth() : []
  if (flags.json) process.stdout.write(`${JSON.stringify(report([...figures, ...growth]))}\n`)
  else process.stdout.write(toMarkdown(figures, growth, PATIENTS))
  if (!flags.quick && !flags.only)
    writeFileSync('docs/bench.md', toMarkdown(figures, growth, PATIENTS))
} finally {
  await postgres.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** Every operation at every number of connections, in rounds, so that the machine's moods hit all alike. */
async function measureAll(bench: Bench): Promise<Figure[]> {
  const only = flags.only.split(',')
  const operations = operationsOn(bench).filter(({ name }) =>
    only.some((word) => name.includes(word)),
  )
  const rounds = new Map<string, Figure[]>()
  for (let round = 1; round <= ROUNDS; round++) {
    for (const connections of CONNECTIONS) {
      for (const operation of operations) {
        const measured = await measure({
          port: operation.port,
          connections,
          seconds: SECONDS,
          requests: operation.requests(round),
        })
        const figure = { ...operation, connections, ...measured }
        const key = `${operation.name} ${connections}`
        rounds.set(key, [...(rounds.get(key) ?? []), figure])
        say(
          `${round}/${ROUNDS} ${key}: ${Math.round(measured.perSecond)}/s p99 ${measured.p99.toFixed(1)} ms`,
        )
      }
    }
  }
  return [...rounds.values()].map(medianOf)
}

/** What patient-led searches cost with 10,000 and with 1,000,000 resources beside the patient's. */
async function measureGrowth(): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const patients of [SMALL, LARGE]) {
    const bench = await openBench(postgres, `growth_${patients}`, patients, say)
    for (const operation of operationsOn(bench).filter((each) => each.patientLed)) {
      const rounds: Figure[] = []
      for (let round = 1; round <= ROUNDS; round++) {
        const load = { port: operation.port, connections: 16, seconds: SECONDS }
        const measured = await measure({ ...load, requests: operation.requests(round) })
        rounds.push({ ...operation, connections: 16, ...measured })
      }
      const name = `${operation.name} at ${patients * 100}`
      figures.push({ ...medianOf(rounds), name })
      say(`${name}: ${Math.round(medianOf(rounds).perSecond)}/s`)
    }
    await bench.close()
  }
  return figures
}
