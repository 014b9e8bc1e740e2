import { cpus, totalmem } from 'node:os'
import type { Measured } from './http-load.ts'
import type { Operation } from './operations.ts'

/** An operation with what was measured of it. */
export type Figure = Omit<Operation, 'requests' | 'port'> &
  Measured & { readonly connections: number }

/** The round in the middle by speed. */
export function medianOf(rounds: readonly Figure[]): Figure {
  const sorted = [...rounds].sort((a, b) => a.perSecond - b.perSecond)
  const middle = sorted[Math.floor(sorted.length / 2)]
  if (!middle) throw new Error('there is at least one round')
  return { ...middle, errors: rounds.reduce((sum, round) => sum + round.errors, 0) }
}

/** `{ "read 64": { perSecond, p50, p99, ofLimit } }`: requests a second, milliseconds, share of the limit. */
export function report(figures: readonly Figure[]): Record<string, object> {
  return Object.fromEntries(
    figures.map((figure) => [
      `${figure.name} ${figure.connections}`,
      {
        perSecond: round(figure.perSecond),
        p50: round(figure.p50),
        p99: round(figure.p99),
        ofLimit: ofLimit(figure, figures),
        errors: figure.errors,
      },
    ]),
  )
}

/** Share of the limit measured in the same run at the same number of connections; `null` without one. */
function ofLimit(figure: Figure, figures: readonly Figure[]): number | null {
  const limit = figures.find(
    (other) => other.name === figure.limit && other.connections === figure.connections,
  )
  return limit ? Math.round((figure.perSecond / limit.perSecond) * 100) / 100 : null
}

/** The figures as docs/bench.md. */
export function toMarkdown(
  figures: readonly Figure[],
  growth: readonly Figure[],
  patients: number,
): string {
  const rows = figures.map((figure) => row(figure, figures))
  return `# Bench

Written by \`npm run bench\`. ${cpus().length} cores (${cpus()[0]?.model.trim()}), ${Math.round(totalmem() / 2 ** 30)} GiB; load generator,
server and PostgreSQL share them. ${(patients * 100).toLocaleString('en')} resources. The law gate and the durable access log are on.
Medians of interleaved rounds. *Of limit*: share of what bare Fastify + \`pg\` reached in the same run (\`tools/bench/limit-server.ts\`).

| operation | connections | requests/s | resources/s | p50 ms | p99 ms | of limit | errors |
|---|---|---|---|---|---|---|---|
${rows.join('\n')}
${growth.length > 0 ? growthTable(growth) : ''}`
}

function row(figure: Figure, figures: readonly Figure[]): string {
  const { name, connections, perSecond, resources, p50, p99, errors } = figure
  const share = ofLimit(figure, figures)
  const cells = [name, connections, Math.round(perSecond), Math.round(perSecond * resources)]
  return `| ${[...cells, p50.toFixed(2), p99.toFixed(2), share ?? '–', errors].join(' | ')} |`
}

function growthTable(growth: readonly Figure[]): string {
  const half = growth.length / 2
  const rows = growth.slice(0, half).map((small, index) => {
    const large = growth[index + half]
    const cost = large ? (small.perSecond / large.perSecond).toFixed(2) : '–'
    const name = small.name.replace(/ at \d+$/, '')
    return `| ${name} | ${small.p50.toFixed(2)} | ${large?.p50.toFixed(2)} | ${cost} |`
  })
  return `
## What a hundred times more records cost

Patient-led searches, 16 connections.

| operation | p50 ms at 10,000 | p50 ms at 1,000,000 | cost |
|---|---|---|---|
${rows.join('\n')}
`
}

const round = (value: number) => Math.round(value * 100) / 100
