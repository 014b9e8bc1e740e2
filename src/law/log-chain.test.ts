import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { after, before, test } from 'node:test'
import { freshDatabaseUrl } from '../../tests/database.ts'
import { createDatabase, type Database } from '../db/database.ts'
import { query, sql } from '../db/sql.ts'
import type { Access } from './access.ts'
import { createAccessLog } from './access-log.ts'
import { createChains, type LogChains } from './log-chain.ts'
import type { LogEntry } from './log-entry.ts'

const nurse: Access = {
  kind: 'staff',
  role: 'nurse',
  region: 'vgr',
  user: 'SE1-nurse',
  userName: 'Nina Nurse',
  commission: 'SE1-c',
  unit: 'SE1-emergency',
  provider: 'SE1',
  purpose: 'care',
  statedReason: undefined,
  session: 's',
}
const anEntry = (patient: string, access: Access = nurse): LogEntry => ({
  access,
  patient,
  action: 'read',
  outcome: 'permit',
  paragraph: undefined,
  basis: { kind: 'relation' },
  resources: [`Observation/${patient}/1`],
})
const OPENER = { version: '1', process: 'test' }

interface Row {
  writer: number
  seq: string
  us: string
  digest: string | null
  hash: string
  action: string
  patient: string | null
  outcome: string
  paragraph: string | null
  basis: string | null
  reason: string | null
  request: string | null
  query: string | null
  resources: string
}

let db: Database
let chains: LogChains
before(async () => {
  db = createDatabase(await freshDatabaseUrl(), 1)
  chains = createChains(db, () => Date.now(), OPENER)
})
after(() => db.end())

const rows = () =>
  query<Row>(
    db,
    sql`select l.*, encode(l.hash, 'hex') as hash, encode(c.digest, 'hex') as digest,
        (extract(epoch from l.at) * 1000000)::int8 as us
      from law.access_log l left join law.access_context c on c.id = l.context
      order by writer, seq`,
  )

test('in a log chain each entry is hashed over the one before it, as the format says', async () => {
  const log = createAccessLog(db, chains)
  const odd = { ...nurse, statedReason: 'Åsa\u0000 sade "nej"\ud800', request: 'r1' }
  await Promise.all([log.append([anEntry('p1'), anEntry('p2')]), log.append([anEntry('p3', odd)])])
  let hash = Buffer.alloc(32)
  for (const [index, row] of (await rows()).entries()) {
    const texts = [row.patient, row.action, row.outcome, row.paragraph, row.basis, row.reason]
    const rest = [row.request, row.query, row.resources]
    const place = [row.writer, index + 1, Number(row.us), row.digest ?? '']
    const entry = JSON.stringify(['karna-log/1', ...place, ...texts, ...rest])
    hash = createHash('sha256').update(hash).update(entry).digest()
    assert.equal(row.hash, hash.toString('hex'))
    assert.equal(Number(row.seq), index + 1)
  }
  assert.equal((await rows()).length, 4)
})

test('in a log chain a transaction that rolls back leaves no gap, and nothing follows what may not be there', async () => {
  const [last] = (await rows()).slice(-1)
  const chain = await chains.take()
  const context = { number: 1, digest: 'x' }
  const failed = db.transaction(async (transaction) => {
    await query(transaction, chain.append([{ entry: anEntry('p4'), context }]))
    throw new Error('the write failed')
  })
  await assert.rejects(failed)
  chain.settle(false)
  await createAccessLog(db, chains).append([anEntry('p5')])
  const [opening, entry] = (await rows()).slice(-2)
  assert.deepEqual([opening?.action, opening?.seq, entry?.patient], ['open', '1', 'p5'])
  assert.notEqual(opening?.writer, last?.writer)
  const { previous } = JSON.parse(opening?.resources ?? '')
  assert.deepEqual(previous, [[last?.writer, Number(last?.seq), last?.hash]])
})

test('in the log two transactions at once use two chains', async () => {
  const [one, two] = await Promise.all([chains.take(), chains.take()])
  const context = { number: 1, digest: 'x' }
  const statements = [one, two].map((chain) => chain.append([{ entry: anEntry('p6'), context }]))
  for (const statement of statements.reverse()) await query(db, statement)
  one.settle(true)
  two.settle(true)
  const written = (await rows()).filter(({ patient }) => patient === 'p6')
  assert.equal(new Set(written.map(({ writer }) => writer)).size, 2)
})

test('in the log times never go backwards within a process, whatever its clock does', async () => {
  let time = Date.now()
  const log = createAccessLog(
    db,
    createChains(db, () => time, OPENER),
  )
  await log.append([anEntry('p7')])
  time -= 3 * 86_400_000
  await log.append([anEntry('p7')])
  const [first, second] = (await rows()).filter(({ patient }) => patient === 'p7')
  assert.ok(Number(first?.us) < Number(second?.us))
})
