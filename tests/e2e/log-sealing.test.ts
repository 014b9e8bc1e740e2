import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import Fastify from 'fastify'
import { witnessRoutes } from '../../src/api/witness-routes.ts'
import { createSealer } from '../../src/law/sealing/sealer.ts'
import { createWitness } from '../../src/law/sealing/witness.ts'
import { createWitnessClient } from '../../src/law/sealing/witness-client.ts'
import { ownLogKey } from '../../src/law/sealing/witnesses.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'karna-seal-'))
const app = Fastify()
let karna: KarnaUnderTest
let address: string

before(async () => {
  karna = await startKarna()
  const witness = createWitness({
    folder: path.join(folder, 'skane'),
    name: 'karna/witness/skane',
    logKeys: () => ownLogKey(path.join(folder, 'sealer')),
    now: Date.now,
  })
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
  app.removeContentTypeParser('text/plain')
  witnessRoutes(app, { witnessOf: (region) => (region === 'skane' ? witness : undefined) })
  await app.listen({ port: 0, host: '127.0.0.1' })
  address = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}/witness/skane`
})
after(async () => {
  await app.close()
  rmSync(folder, { recursive: true, force: true })
})

const aSealer = () =>
  createSealer({
    db: karna.db,
    folder: path.join(folder, 'sealer'),
    origin: 'karna.test/access-log',
    witnesses: [createWitnessClient(address)],
    now: Date.now,
  })

const write = () =>
  karna.ask('sandbox', 'POST', 'sandbox/Patient', { resourceType: 'Patient', active: true })

test('sealing puts what was logged under a checkpoint that another region has seen', async () => {
  const sealer = aSealer()
  await write()
  const sealed = await sealer.seal()
  assert.deepEqual(sealed?.witnesses, ['karna/witness/skane'])
  assert.equal(await sealer.seal(), undefined)
  sealer.close()
})

test('sealing goes on after a restart, and after the witness was away', async () => {
  const sealer = aSealer()
  await write()
  const blind = createSealer({
    db: karna.db,
    folder: path.join(folder, 'sealer'),
    origin: 'karna.test/access-log',
    witnesses: [createWitnessClient('http://127.0.0.1:1')],
    now: Date.now,
  })
  assert.deepEqual((await blind.seal())?.witnesses, [])
  blind.close()
  sealer.close()
  await write()
  const again = aSealer()
  assert.deepEqual((await again.seal())?.witnesses, ['karna/witness/skane'])
  again.close()
})

test('sealing stops when the database was put back to an earlier state', async () => {
  await karna.db.query({ text: "set session_replication_role = 'replica'" })
  await karna.db.query({
    text: 'delete from law.access_log where at = (select max(at) from law.access_log)',
  })
  await karna.db.query({ text: "set session_replication_role = 'origin'" })
  const sealer = aSealer()
  await assert.rejects(sealer.seal(), /was sealed and is gone/)
  sealer.close()
})

test('a witness tells a verifier what it has seen last, and of regions that are not here nothing', async () => {
  const note = await fetch(`${address}/checkpoint?origin=karna.test/access-log`)
  assert.match(await note.text(), /^karna\.test\/access-log\n\d+\n[\s\S]*— karna\/witness\/skane /)
  const elsewhere = await karna.karna.api.inject({ url: '/witness/nowhere/checkpoint?origin=x' })
  assert.equal(elsewhere.statusCode, 404)
})
