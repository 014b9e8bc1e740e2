import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { inflateSync } from 'node:zlib'
import { logExtractPdf } from '../../src/api/log-extract-pdf.ts'
import { contentOf } from '../../src/exchange/load/entries.ts'
import { createLoader } from '../../src/exchange/load/load.ts'
import type { ExtractRow } from '../../src/law/log-reading/extract.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

const WARD = 'SE2321000131-E000000000030'
let karna: KarnaUnderTest

before(async () => {
  karna = await startKarna()
  const loader = createLoader(karna.karna.loadTarget('vgr'))
  const meta = { source: `urn:oid:1.2.752.29.4.19#${WARD}` }
  const subject = { reference: 'Patient/p1' }
  const name = [{ family: 'Öberg', given: ['Åsa'] }]
  const system = 'http://electronichealth.se/identifier/personnummer'
  const resources = [
    {
      resourceType: 'Patient',
      id: 'p1',
      meta,
      name,
      identifier: [{ system, value: '189001019802' }],
    },
    {
      resourceType: 'Encounter',
      id: 'e1',
      meta,
      status: 'in-progress',
      class: { code: 'IMP' },
      subject,
    },
    { resourceType: 'Observation', id: 'o1', meta, status: 'final', code: { text: 'Hb' }, subject },
    { resourceType: 'Condition', id: 'c1', meta, code: { text: 'J15.9' }, subject },
  ]
  for (const resource of resources) {
    await loader.add(contentOf({ name: 'test', bytes: Buffer.from(JSON.stringify(resource)) }))
  }
  await loader.finish()
  await karna.ask('anna.nystrom', 'GET', 'vgr/Observation?patient=p1')
  await karna.ask('anna.nystrom', 'GET', 'vgr/Condition?patient=p1')
  await karna.ask('goran.ek', 'GET', 'vgr/Condition?patient=p1')
})

async function get(login: string, url: string) {
  const { token } = await karna.karna.identity.issueToken(login)
  const headers = { authorization: `Bearer ${token}` }
  return karna.karna.api.inject({ url, headers })
}

test('an auditor gets a patient’s log in plain Swedish, by unit, time, kind and reason', async () => {
  const answer = await get('per.oberg', '/log/vgr/patients/p1')
  assert.equal(answer.statusCode, 200)
  const { rows, name, personalNumber } = answer.json()
  assert.deepEqual([name, personalNumber], ['Åsa Öberg', '189001019802'])
  const [denied, read] = rows
  assert.equal(denied.did, 'Försökte läsa, men fick inte')
  assert.deepEqual([read.unit, read.provider], ['Avd 30E Medicin', 'Västra Götalandsregionen'])
  assert.deepEqual(read.kinds, ['Diagnoser', 'Provsvar och mätvärden'])
  assert.deepEqual([read.who, read.did, read.entries], ['ST-läkare', 'Läste', 2])
  assert.match(read.why, /^För din vård och behandling/)
  assert.doesNotMatch(answer.payload, /Nyström/)
})

test('reading the log is in the log', async () => {
  await get('per.oberg', '/log/vgr/patients/p1')
  const { rows } = await karna.db.query<{ action: string; basis: string }>({
    text: "select action, basis from law.access_log where patient = 'p1' order by at desc limit 1",
  })
  assert.deepEqual(rows[0], { action: 'extract-log', basis: 'review' })
})

test('nobody else gets it: not who treats the patient, nor an administrator, nor one of another region', async () => {
  for (const login of ['anna.nystrom', 'sofia.wallin']) {
    const answer = await get(login, '/log/vgr/patients/p1')
    assert.equal(answer.statusCode, 403, login)
    assert.match(answer.payload, /PDL 4:3/)
  }
  assert.equal((await get('per.oberg', '/log/skane/patients/p1')).statusCode, 403)
})

test('it comes as a PDF', async () => {
  const answer = await get('per.oberg', '/log/vgr/patients/p1/extract.pdf')
  assert.equal(answer.headers['content-type'], 'application/pdf')
  assert.match(answer.rawPayload.toString('latin1'), /^%PDF-1\.\d[\s\S]*%%EOF\s*$/)
})

/** The text of a PDF made by pdfkit with a standard font: hexadecimal strings of Windows-1252 in deflated streams. */
function textOf(pdf: Buffer): string {
  const streams = pdf.toString('latin1').split('stream\n').slice(1)
  const pages = streams.flatMap((stream) => {
    try {
      return inflateSync(Buffer.from(stream, 'latin1')).toString('latin1')
    } catch {
      return []
    }
  })
  const shown = pages.join('\n').matchAll(/<([0-9a-f]+)>/g)
  const text = [...shown]
    .map(([, hex = '']) => Buffer.from(hex, 'hex'))
    .map((bytes) => bytes.toString('latin1'))
  return text.join('')
}

test('its PDF holds every row of a long log, å, ä and ö, the page of how many and when it was printed', async () => {
  const row = (number: number): ExtractRow => ({
    from: Date.parse('2026-11-24T08:00:00Z') - number * 3_600_000,
    to: Date.parse('2026-11-24T08:00:00Z') - number * 3_600_000,
    unit: `Öronmottagningen ${number}`,
    provider: 'Region Sörmland',
    who: 'Sjuksköterska',
    did: 'Läste',
    kinds: ['Läkemedel', 'Provsvar och mätvärden'],
    why: 'För din vård och behandling.',
    entries: 1,
  })
  const began = process.cpuUsage()
  const pdf = await logExtractPdf({
    made: Date.parse('2026-11-24T09:30:00Z'),
    patient: 'p1',
    name: 'Åsa Öberg Łuk',
    personalNumber: '189001019802',
    from: undefined,
    to: undefined,
    rows: Array.from({ length: 1_000 }, (_, index) => row(index)),
    entries: 1_000,
  })
  const { user, system } = process.cpuUsage(began) // not wall time: others work on the same machine
  const seconds = (user + system) / 1e6
  const text = textOf(pdf)
  for (let number = 0; number < 1_000; number++) {
    assert.ok(text.includes(`Öronmottagningen ${number}`), `row ${number}`)
  }
  assert.match(text, /Åsa Öberg Luk/)
  assert.match(text, /Läkemedel, Provsvar och mätvärden/)
  const pages = /Sida 1 av (\d+)/.exec(text)?.[1]
  assert.ok(text.includes(`Sida ${pages} av ${pages}`))
  assert.match(text, /Utskrivet 2026-11-24 10:30/)
  assert.ok(seconds < 5, `${seconds} s`)
})

test('what was done under an id that the patient had before is told too (PDL 8:5)', async () => {
  const entries = async () => (await get('per.oberg', '/log/vgr/patients/p1')).json().entries
  const headers = { 'x-karna-reason': 'Konsult' }
  await karna.ask('anna.nystrom', 'GET', 'vgr/Condition?patient=first', undefined, headers)
  const before = await entries()
  const merged = `insert into law.merged_patient (region, former, survivor) values
    ('vgr', 'first', 'second'), ('vgr', 'second', 'p1'), ('vgr', 'p1', 'second')`
  await karna.db.query({ text: merged })
  assert.equal(
    await entries(),
    before + 2,
    'the reading of the log itself, and one under the id before',
  )
})
