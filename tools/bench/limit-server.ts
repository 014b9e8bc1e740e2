/**
 * The bare limit: the same Fastify and the same driver with the same settings as ours (`db/database.ts`: pipelined, prepared,
 * binary arrays in, text out), over a table of an id and a body, with no law, no log, no validation and no index but the
 * primary key. What Kärna reaches is given in `npm run bench` as a share of this, from the same run.
 */
import { randomUUID } from 'node:crypto'
import Fastify from 'fastify'
import { createColumn } from '../../src/db/binary.ts'
import { createDatabase } from '../../src/db/database.ts'
import { query, queryRaw, sql } from '../../src/db/sql.ts'
import { recordsOf } from './records.ts'

const [, , connectionString = '', patients = '0'] = process.argv
const JSON_TYPE = 'application/fhir+json; charset=utf-8'
/** As many rows as go into one insert, and as many inserts at once, as the limit is fastest with. */
const MOST = 128
const AT_ONCE = 2

const db = createDatabase(connectionString)
await db.query({ text: 'create schema bench' })
await db.query({ text: 'create table bench.bare (id uuid primary key, body text not null)' })

const app = Fastify({ logger: false, bodyLimit: 1 << 26 })
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

/** Limit read: one stored body by primary key. */
app.get<{ Params: { id: string } }>('/limit/:id', async (request, reply) => {
  const rows = await queryRaw(db, sql`select body from bench.bare where id = ${request.params.id}`)
  return reply.type(JSON_TYPE).send(rows[0]?.[0])
})

/** Limit page: the bodies of one page by one plain statement, as they are, in one answer. */
app.get<{ Querystring: { ids: string } }>('/limit', async (request, reply) => {
  const ids = request.query.ids.split(',')
  const rows = await queryRaw(db, sql`select body from bench.bare where id = any(${ids})`)
  return reply.type(JSON_TYPE).send(`[${rows.map(([body]) => body).join(',')}]`)
})

interface Row {
  readonly id: string
  readonly body: Buffer
}
let waiting: (Row & PromiseWithResolvers<void>)[] = []
let busy = 0

/** Limit create: the same bytes in one micro-batched, durable insert. */
app.post('/limit', async (request, reply) => {
  const one = { id: randomUUID(), body: request.body as Buffer, ...Promise.withResolvers<void>() }
  waiting.push(one)
  if (waiting.length === 1) setImmediate(pump)
  await one.promise
  return reply.code(201).send()
})

function pump(): void {
  while (waiting.length > 0 && busy < AT_ONCE) {
    const batch = waiting.slice(0, MOST)
    waiting = waiting.slice(MOST)
    busy++
    insert(batch)
      .then(
        () => {
          for (const { resolve } of batch) resolve()
        },
        (cause) => {
          for (const { reject } of batch) reject(cause)
        },
      )
      .finally(() => {
        busy--
        pump()
      })
  }
}

/** Limit bulk: a hundred bodies in one insert and one commit; lines are split without being read. */
app.post('/limit-bulk', async (request, reply) => {
  const lines = (request.body as Buffer).toString('latin1').split('\n')
  await insert(lines.map((line) => ({ id: randomUUID(), body: Buffer.from(line, 'latin1') })))
  return reply.code(200).send()
})

function insert(rows: readonly Row[]): Promise<unknown> {
  const [ids, bodies] = [createColumn('uuid'), createColumn('text')]
  for (const { id, body } of rows) {
    ids.bytes(Buffer.from(id.replaceAll('-', ''), 'hex'))
    bodies.bytes(body)
  }
  return query(
    db,
    sql`insert into bench.bare (id, body) select * from unnest(${ids.done()}::uuid[], ${bodies.done()}::text[])`,
  )
}

for (let patient = 0; patient < Number(patients); patient++) {
  const records = recordsOf(patient, 'SE')
  await insert(records.map((body) => ({ id: JSON.parse(body).id, body: Buffer.from(body) })))
}
await db.query({ text: 'vacuum analyze bench.bare' })
const address = await app.listen({ port: 0, host: '127.0.0.1' })
process.stdout.write(`ready ${address}\n`)
