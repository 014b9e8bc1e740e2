import pg from 'pg'

/** What is used of `pg`'s own connection and query, which its types don't tell of. */
interface Connection {
  describe(what: unknown): void
}
interface Prepared {
  prepare(connection: Connection): void
  handleRowDescription(): void
  handleDataRow(row: { readonly fields: (string | null)[] }): void
}
type MakeQuery = new (
  config: object,
  callback: (cause: Error | null | undefined) => void,
) => Prepared & pg.Submittable

const Query = (pg as unknown as { Query: MakeQuery }).Query
const undescribed = new WeakMap<Connection, Connection>()

/**
 * Runs a prepared statement and gives its rows as PostgreSQL's own text, as they came. Nothing is described, since whoever asks
 * knows the columns: that saves both sides work that is a good part of reading one row.
 * (`pg` decodes every value as UTF-8, so binary forms don't survive it.)
 */
export function queryUndescribed(
  client: pg.ClientBase,
  statement: {
    readonly name?: string
    readonly text: string
    readonly values?: readonly unknown[]
  },
): Promise<{ rows: (string | null)[][] }> {
  return new Promise((resolve, reject) => {
    const rows: (string | null)[][] = []
    const query = new Query(statement, (cause) => (cause ? reject(cause) : resolve({ rows })))
    const prepare = query.prepare
    query.prepare = (connection) => prepare.call(query, withoutDescribe(connection))
    query.handleRowDescription = () => {}
    query.handleDataRow = ({ fields }) => rows.push(fields)
    client.query(query)
  })
}

/** The same connection, but that it doesn't ask what columns come. */
function withoutDescribe(connection: Connection): Connection {
  const there = undescribed.get(connection)
  if (there) return there
  const made: Connection = Object.create(connection, { describe: { value: () => {} } })
  undescribed.set(connection, made)
  return made
}
