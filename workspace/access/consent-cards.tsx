import { Card } from '../overview/card.tsx'
import type { ConsentRow } from './access.ts'
import { EndableTable } from './endable-table.tsx'

interface Parts {
  readonly rows: readonly ConsentRow[]
  /** Whether they may be made and ended here; not in the view of all regions, since each is kept in its own. */
  readonly isKeptHere: boolean
  readonly onNew: () => void
  readonly onEnd: (row: ConsentRow) => void
}

/** The way to make a new one, or why there is none. */
function New({
  words,
  isKeptHere,
  onNew,
}: Pick<Parts, 'isKeptHere' | 'onNew'> & { words: string }) {
  if (!isKeptHere) return 'ändras i vyn för den egna regionen'
  return (
    <button type="button" className="link" onClick={onNew}>
      {words}
    </button>
  )
}

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
      end={<New words="Ny spärr" isKeptHere={isKeptHere} onNew={onNew} />}
    >
      {blocks.length === 0 ? (
        <p className="empty">
          Inga. Spärrar som är registrerade på andra enheter visas inte, bara att spärrad
          information finns.
        </p>
      ) : (
        <EndableTable
          caption="Spärrar som är registrerade på din enhet"
          heads={['Spärrade uppgifter', 'Slag', 'Sedan', 'Häv']}
          rows={blocks}
          keyOf={({ id }) => id}
          cells={(row) => (
            <>
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
            </>
          )}
          end={
            isKeptHere
              ? {
                  words: 'Häv på begäran',
                  heard: ({ whom }) => `Häv på patientens begäran: ${whom}`,
                  run: onEnd,
                }
              : undefined
          }
        />
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
      end={<New words="Nytt samtycke" isKeptHere={isKeptHere} onNew={onNew} />}
    >
      {consents.length === 0 ? (
        <p className="empty">Inga registrerade.</p>
      ) : (
        <EndableTable
          caption="Samtycken som gäller"
          heads={['Får läsa', 'Uppgifter hos', 'Till och med', 'Återkalla']}
          rows={consents}
          keyOf={({ id }) => id}
          cells={(row) => (
            <>
              <th scope="row" className="wraps">
                {row.whom}
              </th>
              <td className="wraps">{row.whose}</td>
              <td className="num">{row.until || 'tills det återkallas'}</td>
            </>
          )}
          end={
            isKeptHere
              ? {
                  words: 'Återkalla',
                  heard: ({ whom }) => `Återkalla samtycket för ${whom}`,
                  run: onEnd,
                }
              : undefined
          }
        />
      )}
    </Card>
  )
}
