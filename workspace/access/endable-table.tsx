import type { ReactNode } from 'react'

/** Rows that hold until somebody ends them: what each says, and the way to end it. */
export function EndableTable<Row>({
  caption,
  heads,
  rows,
  keyOf,
  cells,
  end,
}: {
  readonly caption: string
  /** What the columns are called; the last, of the way to end it, is for listeners only. */
  readonly heads: readonly string[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  readonly cells: (row: Row) => ReactNode
  /** `undefined` where they can't be ended. */
  readonly end:
    | {
        readonly words: string
        readonly heard: (row: Row) => string
        readonly run: (row: Row) => void
      }
    | undefined
}) {
  return (
    <table>
      <caption className="heard">{caption}</caption>
      <thead>
        <tr>
          {heads.map((head, index) => (
            <th scope="col" key={head}>
              {index < heads.length - 1 ? head : <span className="heard">{head}</span>}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {cells(row)}
            <td className="right">
              {end && (
                <button
                  type="button"
                  className="link"
                  aria-label={end.heard(row)}
                  onClick={() => end.run(row)}
                >
                  {end.words}
                </button>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
