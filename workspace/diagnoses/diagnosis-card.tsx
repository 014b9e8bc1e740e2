import { Source } from '../sources/source.tsx'
import type { DiagnosisRow } from './diagnoses.ts'

/** Active diagnoses. */
export function DiagnosisTable({ rows }: { readonly rows: readonly DiagnosisRow[] }) {
  return (
    <table className="diagnoses">
      <caption className="heard">Aktiva diagnoser</caption>
      <thead className="heard">
        <tr>
          <th scope="col">Kod</th>
          <th scope="col">Diagnos</th>
          <th scope="col">Sedan</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={row.id}>
            <td className="num code">{row.code}</td>
            <th scope="row">
              {row.text} <Source id={row.id} />
            </th>
            <td className="right dim">{row.since}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
