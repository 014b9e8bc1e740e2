import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { contentOf } from '../../src/exchange/load/entries.ts'
import { createLoader } from '../../src/exchange/load/load.ts'
import { parseJson } from '../../src/fhir/json/parse.ts'
import { validResource } from '../../src/fhir/validation/validate.ts'
import { toAuditEvent } from '../../src/law/audit-event/audit-event.ts'
import type { LoggedAccess } from '../../src/law/log-reading/logged-access.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

const WARD = 'SE2321000131-E000000000030'
const ANNA = 'SE2321000131-P000000000001'
let karna: KarnaUnderTest

before(async () => {
  karna = await startKarna()
  const loader = createLoader(karna.karna.loadTarget('vgr'))
  const meta = { source: `urn:oid:1.2.752.29.4.19#${WARD}` }
  for (const id of ['p1', 'p2']) {
    const subject = { reference: `Patient/${id}` }
    for (const resource of [
      { resourceType: 'Patient', id, meta },
      {
        resourceType: 'Encounter',
        id: `e-${id}`,
        meta,
        status: 'in-progress',
        class: { code: 'IMP' },
        subject,
      },
      {
        resourceType: 'Observation',
        id: `o-${id}`,
        meta,
        status: 'final',
        code: { text: 'Hb' },
        subject,
      },
    ]) {
      await loader.add(contentOf({ name: 'test', bytes: Buffer.from(JSON.stringify(resource)) }))
    }
  }
  await loader.finish()
  for (const patient of ['p1', 'p2', 'p1']) {
    await karna.ask('anna.nystrom', 'GET', `vgr/Observation?patient=${patient}`)
  }
  await karna.ask('goran.ek', 'GET', 'vgr/Observation/o-p1')
})

const ask = (query: string) => karna.ask('per.oberg', 'GET', `vgr/AuditEvent${query}`)
const whose = (bundle: {
  entry?: { resource: { entity: { what?: { reference?: string } }[] } }[]
}) => new Set(bundle.entry?.map(({ resource }) => resource.entity[0]?.what?.reference))

test('an AuditEvent tells who, where, why and what, as BALP has it, and is valid', async () => {
  const { json } = await ask(`?patient=p2&agent=${ANNA}`)
  const [{ resource }] = json.entry
  validResource(parseJson(Buffer.from(JSON.stringify(resource))))
  const [user, unit] = resource.agent
  assert.deepEqual(
    [user.name, user.requestor, user.who.identifier.value],
    ['Anna Nyström', true, ANNA],
  )
  assert.equal(unit.who.identifier.value, WARD)
  assert.equal(resource.purposeOfEvent[0].coding[0].code, 'TREAT')
  assert.deepEqual([resource.action, resource.outcome], ['E', '0'])
  const what = resource.entity.map(({ what }: { what?: { reference?: string } }) => what?.reference)
  assert.deepEqual(what.slice(0, 2), ['Patient/p2', 'Observation/o-p2/_history/1'])
})

test('AuditEvents are found by patient, date, agent, action and outcome', async () => {
  assert.deepEqual([...whose((await ask('?patient=p1')).json)], ['Patient/p1'])
  assert.equal((await ask(`?agent=${ANNA}&_total=accurate`)).json.total, 3)
  const identifier = `agent:identifier=urn:oid:1.2.752.29.4.19|${ANNA}`
  assert.equal((await ask(`?${identifier}&_total=accurate&patient=p1`)).json.total, 2)
  assert.equal((await ask('?patient=p1&outcome=4&_total=accurate')).json.total, 1)
  assert.equal((await ask('?patient=p1&date=lt2020')).json.entry, undefined)
  assert.equal((await ask(`?agent=${ANNA}&date=ge2020&date=lt2100&_total=accurate`)).json.total, 3)
  assert.equal((await ask('?patient=p1&action=R&_total=accurate')).json.total, 1)
})

test('AuditEvents come in pages, each once, newest first', async () => {
  const seen: string[] = []
  let path = `vgr/AuditEvent?agent=${ANNA}&_count=2`
  while (path) {
    const { json } = await karna.ask('per.oberg', 'GET', path)
    seen.push(
      ...json.entry.map(
        ({ resource }: { resource: { recorded: string; id: string } }) => resource.id,
      ),
    )
    const next = json.link.find(({ relation }: { relation: string }) => relation === 'next')
    path = next ? next.url.replace(/^.*\/fhir\//, '') : ''
  }
  assert.equal(seen.length, 3)
  assert.equal(new Set(seen).size, 3)
})

test('an AuditEvent is read by its id, and its reading is logged', async () => {
  const { json } = await ask('?patient=p2')
  const { id } = json.entry[0].resource
  const answer = await ask(`/${id}`)
  assert.deepEqual([answer.status, answer.json.id], [200, id])
  assert.equal((await ask('/0-0')).status, 404)
  const { rows } = await karna.db.query<{ action: string }>({
    text: "select action from law.access_log where patient = 'p2' order by at desc limit 1",
  })
  assert.equal(rows[0]?.action, 'read-log')
})

test('AuditEvents are not written, changed or searched by what the log does not know', async () => {
  const event = { resourceType: 'AuditEvent', recorded: '2026-11-24T08:00:00Z' }
  for (const login of ['per.oberg', 'anna.nystrom']) {
    assert.notEqual((await karna.ask(login, 'POST', 'vgr/AuditEvent', event)).status, 201)
    assert.notEqual((await karna.ask(login, 'DELETE', 'vgr/AuditEvent/1-1')).status, 204)
  }
  assert.equal((await ask('?entity-name=x')).status, 400)
  const { json } = await karna.ask('per.oberg', 'GET', 'vgr/metadata')
  const { interaction, searchParam } = json.rest[0].resource.find(
    ({ type }: { type: string }) => type === 'AuditEvent',
  )
  const words = interaction.map(({ code }: { code: string }) => code)
  assert.deepEqual(words.sort(), ['read', 'search-type'])
  assert.ok(searchParam.some(({ name }: { name: string }) => name === 'agent'))
})

test('AuditEvents are for reviewers; the attempt of another is logged', async () => {
  const answer = await karna.ask('anna.nystrom', 'GET', 'vgr/AuditEvent?patient=p1')
  assert.equal(answer.status, 403)
  const { rows } = await karna.db.query<{ outcome: string; action: string }>({
    text: "select action, outcome from law.access_log where patient = 'p1' order by at desc limit 1",
  })
  assert.deepEqual(rows[0], { action: 'read-log', outcome: 'deny' })
})

test('an AuditEvent tells a patient the profession, but neither name nor the staff’s own reason', async () => {
  const [{ resource }] = (await ask(`?patient=p1&agent=${ANNA}`)).json.entry
  const logged: LoggedAccess = {
    id: '1-2',
    at: Date.parse(resource.recorded),
    patient: 'p1',
    action: 'read',
    outcome: 'permit',
    paragraph: undefined,
    basis: 'stated-reason',
    reason: 'Konsult',
    request: undefined,
    query: undefined,
    resources: ['Observation/o-p1/1'],
    by: {
      kind: 'staff',
      session: 's',
      person: ANNA,
      name: 'Anna Nyström',
      commission: 'c',
      unit: WARD,
      provider: 'SE1',
      purpose: 'care',
      client: 'an-app',
      loa: undefined,
    },
  }
  const names = { unit: () => 'Avd 30E', provider: () => undefined, title: () => 'ST-läkare' }
  const told = JSON.stringify(toAuditEvent(logged, names, false))
  assert.match(told, /ST-läkare/)
  assert.doesNotMatch(told, /Nyström|Konsult|P000000000001/)
  assert.match(JSON.stringify(toAuditEvent(logged, names, true)), /Nyström.*an-app|Konsult/)
})
