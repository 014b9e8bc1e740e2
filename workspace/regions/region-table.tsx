import { DayGraph } from './day-graph.tsx'
import type { RegionRow } from './regions.ts'

/** The regions; the chosen one is marked, and each is chosen by its button. */
export function RegionTable({
  rows,
  chosen,
  onChoose,
}: {
  readonly rows: readonly RegionRow[]
  readonly chosen: string | undefined
  readonly onChoose: (id: string) => void
}) {
  return (
    <div className="scroll">
      <table className="people regions">
        <caption className="heard">Regioner och hur de svarar</caption>
        <thead>
          <tr>
            <th scope="col">Region</th>
            <th scope="col">Läge</th>
            <th scope="col" className="amount">
              Svarstid p95
            </th>
            <th scope="col">24 timmar</th>
            <th scope="col" className="amount">
              Tillgänglig 30 d
            </th>
            <th scope="col">Informationsmängder</th>
            <th scope="col" className="amount">
              Frågor i dag
            </th>
            <th scope="col">Version</th>
            <th scope="col">Certifikat</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.id} aria-current={row.id === chosen || undefined}>
              <th scope="row">
                <button
                  type="button"
                  className="link"
                  aria-pressed={row.id === chosen}
                  onClick={() => onChoose(row.id)}
                >
                  {row.name}
                </button>
              </th>
              <td>
                <span className={`chip small ${row.state.tone}`}>{row.state.words}</span>
              </td>
              <td className="num amount">{row.isSlow ? <b>{row.time}</b> : row.time}</td>
              <td>
                <DayGraph points={row.day} />
              </td>
              <td className="num amount">
                {row.available.share}
                {row.available.since && <small>{row.available.since}</small>}
              </td>
              <td className="num">
                {row.of > 0 && <meter min={0} max={row.of} value={row.answered} />}{' '}
                {row.of > 0 ? `${row.answered} av ${row.of}` : '–'}
              </td>
              <td className="num amount">
                {row.asked}
                {row.failed && <small>{row.failed}</small>}
              </td>
              <td>{row.system}</td>
              <td className="num">
                {row.certificate.isSoon ? <b>{row.certificate.words}</b> : row.certificate.words}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
