import assert from 'node:assert/strict'
import path from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { checkMessage } from '../../../simulators/rivta/schema/check-message.ts'
import { readSchema } from '../../../simulators/rivta/schema/read-schema.ts'
import { SCHEMA_FOLDER, schemasMissing } from '../../../simulators/rivta/schema/schema-files.ts'
import { freshDatabaseUrl } from '../../../tests/database.ts'
import { createDatabase, type Database } from '../../db/database.ts'
import { Problem } from '../../fhir/problem.ts'
import type { Access } from '../../law/access.ts'
import { type AccessLog, createAccessLog } from '../../law/access-log.ts'
import { createChains } from '../../law/log-chain.ts'
import { createLogFeed } from '../../law/log-reading/log-feed.ts'
import { createServiceProvider } from '../../systems/rivta/national/national-service.ts'
import { createStoreLog, storeLogAnswerer } from '../../systems/rivta/national/store-log.ts'
import type { Envelope } from '../../systems/rivta/soap/envelope.ts'
import { createSoapClient } from '../../systems/rivta/soap/soap-client.ts'
import { startSoapServer } from '../../systems/rivta/soap/soap-server.ts'
import { exportLog, type LogPost } from './export-log.ts'

const nurse: Access = {
  kind: 'staff',
  role: 'nurse',
  region: 'vgr',
  user: 'SE1-nurse',
  userName: 'Nina Nurse',
  commission: 'SE1-c',
  unit: 'SE1-ward',
  provider: 'SE1',
  purpose: 'care',
  statedReason: undefined,
  session: 's',
}
const names = { unit: () => 'Avd 30E', provider: () => 'Region Å', title: () => 'sjuksköterska' }
const closing: (() => unknown)[] = []
after(async () => {
  for (const close of closing) await close()
})

let db: Database
let log: AccessLog
beforeEach(async () => {
  const opened = createDatabase(await freshDatabaseUrl(), 1)
  closing.push(() => opened.end())
  db = opened
  log = createAccessLog(db, createChains(db, Date.now, { version: '1', process: 'test' }))
})

async function write(count: number, access: Access = nurse): Promise<void> {
  await log.append(
    Array.from({ length: count }, (_, index) => ({
      access,
      patient: `p${index}`,
      action: index % 2 ? ('read' as const) : ('write' as const),
      outcome: 'permit',
      paragraph: undefined,
      resources: ['Observation/o/1', 'Condition/c/2'],
    })),
  )
}

const exporting = (send: (posts: readonly LogPost[]) => Promise<'stored' | 'refused'>) =>
  exportLog({
    feed: createLogFeed(db, 'vgr', 'vgr/StoreLog'),
    system: 'SE1-system',
    names,
    patientNumber: async () => ({ root: '1.2.752.129.2.1.3.1', extension: '189001019802' }),
    send,
  })

test('the log is handed over whole, in calls of at most 500, and once', async () => {
  await write(1_200)
  await write(3, { ...nurse, region: 'skane' })
  const calls: number[] = []
  const ids = new Set<string>()
  const send = async (posts: readonly LogPost[]) => {
    calls.push(posts.length)
    for (const { logId } of posts) ids.add(logId)
    return 'stored' as const
  }
  assert.deepEqual(await exporting(send), { sent: 1_200, refused: 0 })
  assert.ok(calls.every((count) => count <= 500))
  assert.equal(ids.size, 1_200)
  assert.deepEqual(await exporting(send), { sent: 0, refused: 0 })
  await write(2)
  assert.deepEqual(await exporting(send), { sent: 2, refused: 0 })
})

test('what may or may not have been taken is sent again under the same ids', async () => {
  await write(5)
  const stored = new Set<string>()
  const service = (loses: boolean) => async (posts: readonly LogPost[]) => {
    if (posts.some(({ logId }) => stored.has(logId))) return 'refused' as const
    for (const { logId } of posts) stored.add(logId)
    if (loses) throw new Problem('transient', 'the answer was lost')
    return 'stored' as const
  }
  await assert.rejects(exporting(service(true)), /lost/)
  await write(2)
  const report = await exporting(service(false))
  assert.equal(stored.size, 7)
  assert.equal(report.refused, 0)
})

test('a post that is refused alone is told of, and the others are taken', async () => {
  await write(10)
  let wrong: string | undefined
  const stored = new Set<string>()
  const report = await exporting(async (posts) => {
    wrong ??= posts[3]?.logId
    if (posts.some(({ logId }) => logId === wrong)) return 'refused'
    for (const { logId } of posts) stored.add(logId)
    return 'stored'
  })
  assert.deepEqual(report, { sent: 9, refused: 1 })
  assert.equal(stored.size, 9)
  const { rows } = await db.query({ text: 'select 1 from law.log_export_refusal' })
  assert.equal(rows.length, 1)
})

test('StoreLog takes the posts over SOAP, in messages that fit the contract’s schema', {
  skip: schemasMissing,
}, async () => {
  await write(3)
  const archive: string[] = []
  const handle = createServiceProvider([
    storeLogAnswerer({
      store: async (posts) => {
        archive.push(...posts.map(({ logId }) => logId))
        return 'stored'
      },
    }),
  ])
  const requests: Envelope[] = []
  const server = await startSoapServer({
    handle: (request, caller) => {
      requests.push(request)
      return handle(request, caller)
    },
    maxBytes: 1_000_000,
  })
  closing.push(() => server.close())
  const client = createSoapClient({ maxConnections: 1 })
  closing.push(() => client.close())
  const storeLog = createStoreLog({
    client,
    url: server.url,
    logicalAddress: 'SE1-log',
    deadline: 5_000,
  })
  assert.deepEqual(await exporting(storeLog), { sent: 3, refused: 0 })
  assert.equal(archive.length, 3)
  const schema = readSchema(
    path.join(
      SCHEMA_FOLDER,
      'informationsecurity_auditing_log/schemas/interactions/StoreLogInteraction/StoreLogResponder_2.0.xsd',
    ),
  )
  const [request] = requests
  assert.ok(request)
  assert.equal(request.logicalAddress, 'SE1-log')
  assert.deepEqual(checkMessage(schema, request.body), [])
})
