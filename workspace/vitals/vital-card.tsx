import { Figure } from '../results/figure.tsx'
import { Spark } from '../results/spark.tsx'
import { Source } from '../sources/source.tsx'
import { dateOf, momentText } from '../words.ts'
import type { VitalRow } from './vitals.ts'

const LEVELS = { calm: 'calm', watch: 'warning', urgent: 'urgent' } as const
const LEVEL_WORDS = { calm: 'låg risk', watch: 'medelhög risk', urgent: 'hög risk' } as const

/** What is measured at the bedside: newest value and trend. */
export function VitalTable({ rows }: { readonly rows: readonly VitalRow[] }) {
  const newestDay = dateOf(
    rows
      .map(({ at }) => at)
      .sort()
      .at(-1),
  )
  return (
    <table className="vitals">
      <caption className="heard">Senaste vitala parametrar</caption>
      <thead className="heard">
        <tr>
          <th scope="col">Mätning</th>
          <th scope="col">Värde</th>
          <th scope="col">Trend</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.key}>
            <th scope="row">
              {row.name}{' '}
              {dateOf(row.at) !== newestDay && (
                <span className="dim num">{momentText(row.at)}</span>
              )}{' '}
              <Source id={row.id} />
            </th>
            <td className="num value">
              {row.level ? (
                <span className={`chip small ${LEVELS[row.level]}`}>
                  {row.value}
                  <span className="heard"> {LEVEL_WORDS[row.level]}</span>
                </span>
              ) : (
                <>
                  <Figure text={row.value} /> {row.unit}
                </>
              )}
            </td>
            <td className="trend">
              <Spark points={row.trend} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
