/**
 * The bare limit: the same Fastify and the same `pg` as ours, over a table of an id and a body,
 * with no law, no log, no validation and no index but the primary key.
 * What Kärna reaches is given in `npm run bench` as a share of this, from the same run.
 */
import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import pg from 'pg'

const [, , connectionString, port] = process.argv
const clients = await Promise.all(
  Array.from({ length: 4 }, async () => {
    const client = new pg.Client({ connectionString, pipeline: true } as pg.ClientConfig)
    await client.connect()
    return client
  }),
)
let turn = 0

/** Pipelined connections taken in turn: a pool would lend each to one statement at a time. */
const db = {
  query: (statement: string | pg.QueryConfig) => {
    const client = clients[turn++ % clients.length]
    if (!client) throw new Error('there is always a client')
    return client.query(statement)
  },
}
await db.query('create schema if not exists bench')
await db.query('create table if not exists bench.bare (id uuid primary key, body bytea not null)')

const app = Fastify({ logger: false, bodyLimit: 1 << 26 })
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

/** Limit read: one stored body by primary key. */
app.get<{ Params: { id: string } }>('/limit/:id', async (request, reply) => {
  const { rows } = await db.query({
    name: 'read',
    text: 'select body from bench.bare where id = $1',
    values: [request.params.id],
  })
  return reply.type('application/fhir+json').send(rows[0].body)
})

/** Limit page: the bodies of one page by one plain statement, as they are, in one answer. */
app.get<{ Querystring: { ids: string } }>('/limit', async (request, reply) => {
  const { rows } = await db.query({
    name: 'page',
    text: 'select body from bench.bare where id = any($1)',
    values: [request.query.ids.split(',')],
  })
  const parts = rows.flatMap((row) => [row.body, COMMA])
  return reply.type('application/fhir+json').send(Buffer.concat([OPEN, ...parts, CLOSE]))
})

const OPEN = Buffer.from('[')
const COMMA = Buffer.from(',')
const CLOSE = Buffer.from('null]')

type Waiting = { id: string; body: Buffer; resolve: () => void; reject: (cause: unknown) => void }
let queue: Waiting[] = []
let busy = 0

/** Limit create: the same bytes in one micro-batched, durable insert. */
app.post('/limit', (request, reply) => {
  const id = randomUUID()
  return new Promise<void>((resolve, reject) => {
    queue.push({ id, body: request.body as Buffer, resolve, reject })
    if (queue.length === 1) setImmediate(flush)
  }).then(() => reply.code(201).send())
})

function flush(): void {
  while (queue.length > 0 && busy < 2) {
    const batch = queue.slice(0, 128)
    queue = queue.slice(128)
    busy++
    insert(batch).then(
      () => {
        for (const each of batch) each.resolve()
        busy--
        flush()
      },
      (cause) => {
        for (const each of batch) each.reject(cause)
        busy--
        flush()
      },
    )
  }
}

/** Limit bulk: a hundred bodies in one insert and one commit; the body is split without being read. */
app.post('/limit-bulk', async (request, reply) => {
  const bodies = (request.body as Buffer).toString('latin1').split('\n')
  await insert(bodies.map((body) => ({ id: randomUUID(), body: Buffer.from(body, 'latin1') })))
  return reply.code(200).send()
})

/** Fills the table with known ids. */
app.post('/limit-fill', async (request, reply) => {
  const rows: { id: string; body: string }[] = JSON.parse(String(request.body))
  await insert(rows.map(({ id, body }) => ({ id, body: Buffer.from(body) })))
  return reply.code(200).send()
})

function insert(rows: readonly { id: string; body: Buffer }[]): Promise<unknown> {
  return db.query({
    name: 'insert',
    text: 'insert into bench.bare (id, body) select * from unnest($1::uuid[], $2::bytea[])',
    values: [rows.map((row) => row.id), rows.map((row) => row.body)],
  })
}

await app.listen({ port: Number(port), host: '127.0.0.1' })
process.stdout.write('ready\n')
