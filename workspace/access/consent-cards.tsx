import { Card } from '../overview/card.tsx'
import type { ConsentRow } from './access.ts'

interface Parts {
  readonly rows: readonly ConsentRow[]
  /** Whether they may be made and ended here; not in the view of all regions, since each is kept in its own. */
  readonly isKeptHere: boolean
  readonly onNew: () => void
  readonly onEnd: (row: ConsentRow) => void
}

const ELSEWHERE = 'ändras i vyn för den egna regionen'

/** What the patient has closed, as far as it may be told here: only what was registered at the own unit (PDL 4:4). */
export function BlockCard({
  rows,
  isKeptHere,
  unitName,
  onNew,
  onEnd,
}: Parts & { readonly unitName: string }) {
  const blocks = rows.filter(({ kind }) => kind !== 'shared-records')
  return (
    <Card
      title="Spärrar"
      meta={`registrerade på ${unitName}`}
      end={
        isKeptHere ? (
          <button type="button" className="link" onClick={onNew}>
            Ny spärr
          </button>
        ) : (
          ELSEWHERE
        )
      }
    >
      {blocks.length === 0 ? (
        <p className="empty">
          Inga. Spärrar som är registrerade på andra enheter visas inte, bara att spärrad
          information finns.
        </p>
      ) : (
        <table>
          <caption className="heard">Spärrar som är registrerade på din enhet</caption>
          <thead>
            <tr>
              <th scope="col">Spärrade uppgifter</th>
              <th scope="col">Slag</th>
              <th scope="col">Sedan</th>
              <th scope="col">
                <span className="heard">Häv</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {blocks.map((row) => (
              <tr key={row.id}>
                <th scope="row" className="wraps">
                  {row.whom}
                  <small>
                    {' '}
                    {row.about}
                    {row.exempt && `, utom ${row.exempt}`}
                  </small>
                </th>
                <td className="quiet">{row.kind === 'inner-block' ? 'inre' : 'yttre'}</td>
                <td className="num">{row.since}</td>
                <td className="right">
                  {isKeptHere && (
                    <button
                      type="button"
                      className="link"
                      aria-label={`Häv på patientens begäran: ${row.whom}`}
                      onClick={() => onEnd(row)}
                    >
                      Häv på begäran
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}

/** Whom the patient lets read what other care providers keep. */
export function ConsentCard({ rows, isKeptHere, onNew, onEnd }: Parts) {
  const consents = rows.filter(({ kind }) => kind === 'shared-records')
  return (
    <Card
      title="Samtycken"
      meta="till sammanhållen vårddokumentation"
      end={
        isKeptHere ? (
          <button type="button" className="link" onClick={onNew}>
            Nytt samtycke
          </button>
        ) : (
          ELSEWHERE
        )
      }
    >
      {consents.length === 0 ? (
        <p className="empty">Inga registrerade.</p>
      ) : (
        <table>
          <caption className="heard">Samtycken som gäller</caption>
          <thead>
            <tr>
              <th scope="col">Får läsa</th>
              <th scope="col">Uppgifter hos</th>
              <th scope="col">Till och med</th>
              <th scope="col">
                <span className="heard">Återkalla</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {consents.map((row) => (
              <tr key={row.id}>
                <th scope="row" className="wraps">
                  {row.whom}
                </th>
                <td className="wraps">{row.whose}</td>
                <td className="num">{row.until || 'tills det återkallas'}</td>
                <td className="right">
                  {isKeptHere && (
                    <button
                      type="button"
                      className="link"
                      aria-label={`Återkalla samtycket för ${row.whom}`}
                      onClick={() => onEnd(row)}
                    >
                      Återkalla
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Card>
  )
}
