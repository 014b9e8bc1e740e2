import type pg from 'pg'

/** The tables that a resource has rows in, and the columns that tell whose and which it is. */
const TABLES = ['res', 'ver', 'str', 'dat', 'qty']
const OWN = ['id', 'pat']

/**
 * Makes a store so many times larger by copying every row under new ids, as loading a million resources takes the better part
 * of an hour. The copies are other patients' in everything but their tokens, which still name the patient they were copied
 * from: so the token index holds more of each than it would, and is no help.
 */
export async function multiply(client: pg.Client, times: number): Promise<void> {
  for (const table of TABLES) {
    const { rows } = await client.query<{ name: string }>(
      `select column_name as name from information_schema.columns
        where table_schema = 'store' and table_name = $1 order by ordinal_position`,
      [table],
    )
    const names = rows.map(({ name }) => name)
    const values = names.map((name) =>
      OWN.includes(name) ? `md5(t.${name}::text || copy)::uuid` : `t.${name}`,
    )
    await client.query(`create temp table original as select * from store.${table}`)
    await client.query(
      `insert into store.${table} (${names.join(', ')})
        select ${values.join(', ')} from generate_series(1, $1::int) copy, original t`,
      [times - 1],
    )
    await client.query('drop table original')
    await client.query(`vacuum analyze store.${table}`)
  }
}
