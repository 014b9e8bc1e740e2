import { cpus, loadavg, totalmem } from 'node:os'
import type { Measured } from './http-load.ts'
import { type Operation, ungated } from './operations.ts'

/** One round of an operation. CPU is microseconds a request, `undefined` where the system doesn't tell. */
export interface Round extends Measured {
  readonly node: number | undefined
  readonly postgres: number | undefined
}

/** An operation at a number of connections, with all its rounds. */
export interface Figure {
  readonly operation: Operation
  readonly connections: number
  readonly rounds: readonly Round[]
}

/** What a whole run measured. */
export interface Results {
  readonly patients: number
  /** Resources a second through `karna load`. */
  readonly loaded: number
  readonly figures: readonly Figure[]
  /** Patient-led searches among 10,000 resources, then the same among 1,000,000. */
  readonly growth: readonly (readonly [Figure, Figure])[]
}

/** `{ "read 64": { perSecond, p50, p99, ofLimit } }`: requests a second, milliseconds, share of the limit or `null`. */
export function report({ figures, growth }: Results): Record<string, object> {
  const rows = figures.map((figure) => [
    `${figure.operation.name} ${figure.connections}`,
    line(figure, shareOf(figure, figures, figure.operation.limit)),
  ])
  const costs = gateCosts(figures).map(({ figure, share }) => [
    `${figure.operation.name} of the same without gate ${figure.connections}`,
    line(figure, share),
  ])
  const grown = growth.map(([small, large]) => [
    `${large.operation.name} at 1,000,000`,
    line(large, timeOf(small) / timeOf(large)),
  ])
  return Object.fromEntries([...rows, ...costs, ...grown])
}

function line(figure: Figure, ofLimit: number | undefined): object {
  return {
    perSecond: round(median(figure, 'perSecond')),
    p50: round(median(figure, 'p50')),
    p99: round(median(figure, 'p99')),
    ofLimit: ofLimit === undefined ? null : round(ofLimit),
  }
}

/** The figures as docs/bench.md. `notes`: what a person wrote about them. */
export function toMarkdown(results: Results, notes: string): string {
  const { figures, growth, patients, loaded } = results
  return `# Bench

Written by \`npm run bench\`. ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB; load generator,
servers and PostgreSQL share them with whatever else the machine did (load average at the end ${loadavg()[2]?.toFixed(0)}; the bench alone gives 3–4).
${(patients * 100).toLocaleString('en')} resources, loaded by \`karna load\` at ${Math.round(loaded).toLocaleString('en')}/s.
The law gate and the durable access log are on: fsync is checked, every answer must be 2xx and show what it should, and
the log's rows are counted after each round and must equal the requests.

Medians of ${figures[0]?.rounds.length ?? 0} interleaved rounds. *Of limit*: requests a second as a share of what bare Fastify + \`pg\` reached in the same round
(\`tools/bench/limit-server.ts\`). *CPU of limit*: the limit's processor time a request as a share of ours; it is the steadier of the
two where others use the machine. *CPU µs*: Node + PostgreSQL, a request.

| operation | connections | requests/s | resources/s | p50 ms | p99 ms | of limit | CPU of limit | CPU µs |
|---|---|---|---|---|---|---|---|---|
${figures.map((figure) => row(figure, figures)).join('\n')}

## What the law and its log cost

The same requests to the same server with a gate that lets everything pass and logs nothing (\`tools/bench/ungated-server.ts\`).

| operation | connections | throughput kept | CPU kept | p95 ms | p95 ms without |
|---|---|---|---|---|---|
${gateCosts(figures).map(costRow).join('\n')}
${growth.length > 0 ? growthTable(growth) : ''}
${notes}`
}

function row(figure: Figure, figures: readonly Figure[]): string {
  const { operation, connections } = figure
  const perSecond = median(figure, 'perSecond')
  const cells = [
    operation.name,
    connections,
    whole(perSecond),
    whole(perSecond * operation.resources),
  ]
  const times = [median(figure, 'p50').toFixed(2), median(figure, 'p99').toFixed(2)]
  const share = shareOf(figure, figures, operation.limit)
  const processor = cpuShareOf(figure, figures, operation.limit)
  const used = [median(figure, 'node'), median(figure, 'postgres')].map(whole).join(' + ')
  return `| ${[...cells, ...times, percent(share), percent(processor), used].join(' | ')} |`
}

interface GateCost {
  readonly figure: Figure
  readonly bare: Figure
  readonly share: number | undefined
  readonly processor: number | undefined
}

function gateCosts(figures: readonly Figure[]): GateCost[] {
  return figures.flatMap((figure) => {
    const name = ungated(figure.operation.name)
    const bare = limitOf(figure, figures, name)
    if (!bare) return []
    const share = shareOf(figure, figures, name)
    return [{ figure, bare, share, processor: cpuShareOf(figure, figures, name) }]
  })
}

function costRow({ figure, bare, share, processor }: GateCost): string {
  const p95 = [figure, bare].map((each) => median(each, 'p95').toFixed(2))
  return `| ${[figure.operation.name, figure.connections, percent(share), percent(processor), ...p95].join(' | ')} |`
}

function growthTable(growth: Results['growth']): string {
  const rows = growth.map(([small, large]) => {
    const times = [small, large].map((each) => median(each, 'p50').toFixed(2))
    const used = [small, large].map((each) => whole(cpuOf(each) ?? Number.NaN))
    const cost = [timeOf(large) / timeOf(small), (cpuOf(large) ?? 0) / (cpuOf(small) ?? 0)]
    const cells = [small.operation.name, ...times, ...used, ...cost.map((each) => each.toFixed(2))]
    return `| ${cells.join(' | ')} |`
  })
  return `
## What a hundred times more records cost

Patient-led searches, 16 connections, with 10,000 and with 1,000,000 resources.

| operation | p50 ms small | p50 ms large | CPU µs small | CPU µs large | time, times | CPU, times |
|---|---|---|---|---|---|---|
${rows.join('\n')}
`
}

/** Seconds a request, all connections together. */
const timeOf = (figure: Figure) => 1 / median(figure, 'perSecond')

function limitOf(figure: Figure, figures: readonly Figure[], name: string | undefined) {
  return figures.find(
    ({ operation, connections }) => operation.name === name && connections === figure.connections,
  )
}

/** Each round against the limit's in the same round, and of those the middle one. */
function shareOf(figure: Figure, figures: readonly Figure[], name: string | undefined) {
  const limit = limitOf(figure, figures, name)
  if (!limit) return undefined
  return middle(
    figure.rounds.map(({ perSecond }, index) => perSecond / (limit.rounds[index]?.perSecond ?? 0)),
  )
}

function cpuShareOf(figure: Figure, figures: readonly Figure[], name: string | undefined) {
  const limit = limitOf(figure, figures, name)
  const [theirs, ours] = [limit && cpuOf(limit), cpuOf(figure)]
  return theirs && ours ? theirs / ours : undefined
}

function cpuOf(figure: Figure): number | undefined {
  const sums = figure.rounds.map(({ node, postgres }) => (node ?? 0) + (postgres ?? 0))
  return figure.rounds[0]?.node === undefined ? undefined : middle(sums)
}

/** The middle of the rounds. */
function median(figure: Figure, what: keyof Round): number {
  return middle(figure.rounds.map((each) => each[what] ?? Number.NaN))
}

function middle(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

const whole = (value: number) =>
  Number.isNaN(value) ? '–' : Math.round(value).toLocaleString('en')
const percent = (value: number | undefined) => (value === undefined ? '–' : value.toFixed(2))
const round = (value: number) => Math.round(value * 100) / 100
