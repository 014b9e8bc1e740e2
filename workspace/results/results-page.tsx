import { useMemo } from 'react'
import { usePrinting } from '../frame/printing.ts'
import { Body, Card } from '../overview/card.tsx'
import type { PatientRows } from '../patient/patient-rows.ts'
import type { PatientRecord } from '../patient/record.ts'
import { restWords } from '../patient/use-rest.ts'
import { Source } from '../sources/source.tsx'
import { clockOf, counted, dateOf } from '../words.ts'
import { Value } from './figure.tsx'
import {
  inWidthsOf,
  type ResultGrid,
  resultGrid,
  type WordAnswer,
  wordAnswers,
} from './result-grid.ts'
import { Spark } from './spark.tsx'

/** How many samplings stand beside each other on paper; the rest stand below. */
const PAPER_WIDTH = 6

/** Every result: analyses down, samplings across, newest beside the name. */
export function ResultsPage({
  record,
  rows: { laboratory, results },
}: {
  readonly record: PatientRecord
  readonly rows: PatientRows
}) {
  const grid = useMemo(() => resultGrid(laboratory), [laboratory])
  const parts = usePrinting() ? inWidthsOf(grid, PAPER_WIDTH) : [grid]
  const words = useMemo(() => wordAnswers(laboratory), [laboratory])
  const { laboratory: part } = record.parts
  const meta = `${counted(results.length, 'analys', 'analyser')} · ${counted(grid.samplings.length, 'provtagning', 'provtagningar')}${restWords(record, 'laboratory')}`
  return (
    <Card title="Provsvar" meta={part?.ok ? meta : undefined}>
      <Body
        record={record}
        of={['laboratory']}
        isEmpty={results.length === 0}
        empty="Inga provsvar."
      >
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
        <section className="scroll grid" aria-label="Alla provsvar" tabIndex={0}>
          {parts.map((part) => (
            <Grid key={part.samplings[0]?.at} grid={part} />
          ))}
        </section>
        {words.length > 0 && (
          <div className="scroll">
            <Words answers={words} />
          </div>
        )}
      </Body>
    </Card>
  )
}

function Grid({ grid: { samplings, rows } }: { readonly grid: ResultGrid }) {
  return (
    <table>
      <caption className="heard">Provsvar, nyaste provtagningen först</caption>
      <thead>
        <tr>
          <th scope="col" className="pinned">
            Analys
          </th>
          <th scope="col">Trend</th>
          <th scope="col">Referens</th>
          {samplings.map(({ at, id }) => (
            <th scope="col" className="num right" key={at}>
              {dateOf(at)}
              <br />
              {clockOf(at)} <Source id={id} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ row, cells }) => (
          <tr key={row.key}>
            <th scope="row" className="pinned">
              {row.name} <span className="dim">{row.unit}</span>
            </th>
            <td>
              <Spark points={row.trend} interval={row.interval} mark={row.mark} />
            </td>
            <td className="num dim">{row.intervalText}</td>
            {cells.map((cell, index) => (
              <td key={samplings[index]?.at} className="num right">
                {cell && <Value text={cell.text} mark={cell.mark} />}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Words({ answers }: { readonly answers: readonly WordAnswer[] }) {
  return (
    <table className="words">
      <caption>Odlingar och andra svar i ord</caption>
      <thead>
        <tr>
          <th scope="col">Undersökning</th>
          <th scope="col">Svar</th>
          <th scope="col">Kom</th>
          <th scope="col">Från</th>
        </tr>
      </thead>
      <tbody>
        {answers.map(({ id, name, text, at, by }) => (
          <tr key={id}>
            <th scope="row">{name}</th>
            <td>{text}</td>
            <td className="num quiet">
              {dateOf(at)} {clockOf(at)}
            </td>
            <td className="quiet">
              {by} <Source id={id} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
