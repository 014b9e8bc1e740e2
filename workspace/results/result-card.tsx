import { Source } from '../sources/source.tsx'
import { momentText } from '../words.ts'
import { Figure, Value } from './figure.tsx'
import type { ResultRow } from './results.ts'
import { Spark } from './spark.tsx'

/** The newest value of each analysis, with change and trend. */
export function ResultTable({ rows }: { readonly rows: readonly ResultRow[] }) {
  return (
    <table className="results">
      <caption className="heard">Senaste provsvar med ändring från värdet före</caption>
      <thead className="heard">
        <tr>
          <th scope="col">Analys</th>
          <th scope="col">Ändring</th>
          <th scope="col">Värde</th>
          <th scope="col">Enhet</th>
          <th scope="col">Trend</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) =>
          row.isWords ? <WordsRow key={row.key} row={row} /> : <Row key={row.key} row={row} />,
        )}
      </tbody>
    </table>
  )
}

function Row({ row }: { readonly row: ResultRow }) {
  return (
    <tr>
      <th scope="row">
        {row.name} {!row.isOfNewestDay && <span className="dim num">{momentText(row.at)}</span>}{' '}
        <Source id={row.id} />
      </th>
      <td className="num dim right">
        <Figure text={row.change} />
      </td>
      <td className="num right value">
        <Value text={row.value} mark={row.mark} />
      </td>
      <td className="dim measure">{row.unit}</td>
      <td className="trend">
        <Spark points={row.trend} interval={row.interval} mark={row.mark} />
        <span className="heard">{trendWords(row)}</span>
      </td>
    </tr>
  )
}

function WordsRow({ row }: { readonly row: ResultRow }) {
  return (
    <tr>
      <th scope="row">
        {row.name} {!row.isOfNewestDay && <span className="dim num">{momentText(row.at)}</span>}{' '}
        <Source id={row.id} />
      </th>
      <td colSpan={4} className="in-words">
        <Value text={row.value} mark={row.mark} />
      </td>
    </tr>
  )
}

function trendWords({ trend, intervalText }: ResultRow): string {
  const count = trend.length < 2 ? 'första värdet' : `${trend.length} värden`
  return intervalText ? `${count}, referensintervall ${intervalText}` : count
}
