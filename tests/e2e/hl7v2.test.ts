import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { connectMllp, type MllpSender } from '../../simulators/hl7v2/mllp-sender.ts'
import { contentOf } from '../../src/exchange/load/entries.ts'
import { createLoader } from '../../src/exchange/load/load.ts'
import { startFeeds } from '../../src/feeds.ts'
import { demoDirectory } from '../../src/identity/demo-directory.ts'
import { createFeed } from '../../src/systems/hl7v2/feed.ts'
import { type MllpServer, startMllpServer } from '../../src/systems/hl7v2/mllp-server.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

const WARD = 'SE2321000131-E000000000030'
let under: KarnaUnderTest
let server: MllpServer
let sender: MllpSender
let control = 0

before(async () => {
  under = await startKarna()
  const settings = [{ region: 'vgr', port: 0, unit: undefined }]
  const [started] = await startFeeds(under.karna, demoDirectory, settings, Date.now)
  assert.ok(started)
  server = started
  sender = await connectMllp(server.port)
})
after(async () => {
  sender.close()
  await server.close()
})

const msh = (event: string, id = `K${++control}`, more = '||||||8859/1') =>
  `MSH|^~\\&|PAS|SU|KARNA|VGR|20261124083000||${event}|${id}|P|2.5${more}`
const PID =
  'PID|1||19121212-1212^^^SKV^NNSWE~4711^^^SU^PI||Östlund^Åsa^Märta||19121212|F|||Ängsgatan 5^^Göteborg^^413 45^SE^H'
const message = (...lines: string[]) => Buffer.from(lines.join('\r'), 'latin1')
const ask = (path: string) =>
  under.ask('anna.nystrom', 'GET', `vgr/${path}`, undefined, { 'x-karna-reason': 'test av flödet' })
const first = async (path: string) => (await ask(path)).json.entry[0]?.resource
const patientId = async () => (await first('Patient?identifier=191212121212')).id as string

test('an admission is acknowledged when person and contact are kept', async () => {
  const ack = await sender.send(
    message(
      msh('ADT^A01'),
      'EVN|A01|20261124083000',
      PID,
      `PV1|1|I|Avd 30E Medicin^4^2^${WARD}||||SE2321000131-P1^Nyström^Anna||||||||||||V1001^^^SU|||||||||||||||||||||||||20261124081500`,
      'DG1|1||J15.9^Bakteriell pneumoni^ICD10SE',
    ),
  )
  assert.match(ack, /\rMSA\|AA\|K1\r/)
  const patient = await first('Patient?identifier=191212121212')
  assert.deepEqual(patient.name[0], {
    use: 'official',
    family: 'Östlund',
    given: ['Åsa', 'Märta'],
  })
  assert.equal(patient.address[0].line[0], 'Ängsgatan 5')
  const encounter = await first(`Encounter?patient=${patient.id}`)
  assert.equal(encounter.status, 'in-progress')
  assert.equal(encounter.class.code, 'IMP')
  assert.equal(encounter.period.start, '2026-11-24T08:15:00+01:00')
  assert.equal(encounter.location[0].location.display, 'Avd 30E Medicin, sal 4, plats 2')
  assert.equal(encounter.reasonCode[0].coding[0].code, 'J15.9')
  assert.equal(encounter.meta.source, `urn:oid:1.2.752.29.4.19#${WARD}`)
  const { rows } = await under.db.query({
    text: "select 1 from law.access_log where patient = $1 and action = 'write'",
    values: [patient.id],
  })
  assert.ok(rows.length >= 1)
})

test('a move, a discharge and its withdrawal change the one contact', async () => {
  const pv1 = (place: string, discharged = '') =>
    `PV1|1|I|${place}||||||||||||||||V1001^^^SU|||||||||||||||||||||||||20261124081500|${discharged}`
  const send = (event: string, time: string, place: string, discharged = '') =>
    sender.send(message(msh(`ADT^${event}`), `EVN|${event}|${time}`, PID, pv1(place, discharged)))
  assert.match(await send('A02', '20261124120000', 'Avd 12^1^1'), /MSA\|AA/)
  assert.match(await send('A03', '20261124150000', 'Avd 12^1^1', '20261124150000'), /MSA\|AA/)
  const id = await patientId()
  const ended = (await ask(`Encounter?patient=${id}`)).json
  assert.equal(ended.entry.length, 1)
  assert.equal(ended.entry[0].resource.status, 'finished')
  assert.deepEqual(
    ended.entry[0].resource.location.map((each: { status: string }) => each.status),
    ['completed', 'active'],
  )
  assert.match(await send('A13', '20261124151000', 'Avd 12^1^1'), /MSA\|AA/)
  const again = await first(`Encounter?patient=${id}`)
  assert.equal(again.status, 'in-progress')
  assert.equal(again.period.end, undefined)
})

test('results keep their digits, signs and every line of their text', async () => {
  const lines = [
    'Ingen blödning.',
    '',
    'Inga tecken till fraktur, ej heller luxation.',
    'Oförändrat <5 mm; µ-förkalkning, utan växt.',
  ]
  const ack = await sender.send(
    message(
      msh('ORU^R01'),
      PID,
      'OBR|1|P1^KARNA|F1^LAB|1^Elektrolyter^L|||20261124060000|||||||||||||||20261124070500||LAB|F',
      'OBX|1|NM|NPU03230^P-Kalium^NPU||4.0|mmol/L|3,5-4,6|N|||F|||20261124061000',
      'OBX|2|SN|NPU19748^P-CRP^NPU||<^5|mg/L|<5||||F',
      'OBX|3|NM|X1^Kod^L||007|||||F',
      'OBX|4|ST|X2^Text^L||> 60 (ej säkert)|mL/min||||F',
      'NTE|1||Hemolys: nej',
      'OBR|2||F2^RIS|2^DT hjärna^L|||20261124063000|||||||||||||||||RAD|F',
      ...lines.map((line, at) => `OBX|${at + 1}|TX|U1^Utlåtande^L||${line}||||||F`),
    ),
  )
  assert.match(ack, /MSA\|AA/)
  const id = await patientId()
  const { text, json } = await ask(`Observation?patient=${id}&_count=50`)
  assert.match(text, /"value":4\.0,"unit":"mmol\/L"/)
  const by = (code: string) =>
    json.entry
      .map(({ resource }: { resource: { code: { coding: { code: string }[] } } }) => resource)
      .find((each: { code: { coding: { code: string }[] } }) => each.code.coding[0]?.code === code)
  assert.deepEqual(by('NPU19748').valueQuantity, { value: 5, unit: 'mg/L', comparator: '<' })
  assert.equal(by('NPU03230').effectiveDateTime, '2026-11-24T06:10:00+01:00')
  assert.equal(by('NPU03230').referenceRange[0].text, '3,5-4,6')
  assert.equal(by('X1').valueString, '007')
  assert.equal(by('X2').valueString, '> 60 (ej säkert) mL/min')
  assert.equal(by('X2').note[0].text, 'Hemolys: nej')
  assert.equal(by('U1').valueString, lines.join('\n'))
  const report = await first(`DiagnosticReport?patient=${id}&category=RAD`)
  assert.equal(report.conclusion, lines.join('\n'))
})

test('a corrected result takes the place of the first, and both versions remain', async () => {
  await sender.send(
    message(
      msh('ORU^R01'),
      PID,
      'OBR|1|P1^KARNA|F1^LAB|1^Elektrolyter^L|||20261124060000|||||||||||||||20261124080000||LAB|C',
      'OBX|1|NM|NPU03230^P-Kalium^NPU||4.10|mmol/L|3,5-4,6|N|||C|||20261124061000',
    ),
  )
  const id = await patientId()
  const { json, text } = await ask(`Observation?patient=${id}&code=NPU03230`)
  assert.equal(json.entry.length, 1)
  assert.match(text, /"value":4\.10,/)
  assert.equal(json.entry[0].resource.status, 'corrected')
  const history = await ask(`Observation/${json.entry[0].resource.id}/_history`)
  assert.equal(history.json.entry.length, 2)
  const report = await first(`DiagnosticReport?patient=${id}&category=LAB`)
  assert.equal(report.result.length, 4)
})

test('a booking is made, moved and cancelled', async () => {
  const send = (event: string, start: string) =>
    sender.send(
      message(
        msh(`SIU^${event}`),
        `SCH|B1^PAS|B1^PAS|||||Återbesök^Återbesök^L||30|min|^^30^${start}`,
        PID,
        'AIS|1||12^Återbesök hjärtsvikt^L',
        'AIP|1||SE2321000131-P1^Sand^Erik',
      ),
    )
  assert.match(await send('S12', '20261203100000'), /MSA\|AA/)
  assert.match(await send('S13', '20261204103000'), /MSA\|AA/)
  const id = await patientId()
  const moved = await first(`Appointment?patient=${id}`)
  assert.equal(moved.status, 'booked')
  assert.equal(moved.start, '2026-12-04T10:30:00+01:00')
  assert.equal(moved.end, '2026-12-04T11:00:00+01:00')
  assert.match(await send('S15', '20261204103000'), /MSA\|AA/)
  assert.equal((await first(`Appointment?patient=${id}`)).status, 'cancelled')
})

test('the same message again is acknowledged and changes nothing; the message itself is kept', async () => {
  const bytes = message(msh('ADT^A31', 'SAME'), 'EVN|A31|20261124090000', `${PID}||031-12 34 56`)
  assert.match(await sender.send(bytes), /MSA\|AA\|SAME/)
  const id = await patientId()
  const before = await ask(`Patient/${id}/_history?_count=50`)
  assert.match(await sender.send(bytes), /MSA\|AA\|SAME/)
  const after = await ask(`Patient/${id}/_history?_count=50`)
  assert.equal(after.json.entry.length, before.json.entry.length)
  const documents = await ask(`DocumentReference?patient=${id}&_count=50`)
  const kept = documents.json.entry.map(
    ({ resource }: { resource: { content: { attachment: { data: string } }[] } }) =>
      resource.content[0]?.attachment.data,
  )
  assert.equal(kept.filter((data: string) => data === bytes.toString('base64')).length, 1)
})

test('a control id that begins anew with other content is another message', async () => {
  const send = (phone: string) =>
    sender.send(message(msh('ADT^A31', 'REUSED'), 'EVN|A31|20261124', `${PID}||${phone}`))
  await send('031-11 11 11')
  await send('031-22 22 22')
  const patient = await first('Patient?identifier=191212121212')
  assert.equal(patient.telecom[0].value, '031-22 22 22')
})

test('what is not for a record is refused with a reason, and nothing of it is kept', async () => {
  const test = message(msh('ADT^A31').replace('|P|2.5', '|T|2.5'), 'EVN|A31|2026', PID)
  assert.match(await sender.send(test), /MSA\|AR\|.*\rERR\|\|\|202\|E/)
  assert.match(await sender.send(message(msh('ADT^A23'), PID)), /MSA\|AR\|/)
  assert.match(
    await sender.send(message(msh('ADT^A01'), 'PV1|1|I')),
    /MSA\|AE\|.*\rERR\|\|\|101\|E/,
  )
  const half = message(
    msh('ORU^R01'),
    PID,
    'OBR|1||HALF^LAB|1^A^L|||20261124|||||||||||||||||LAB|F',
    'OBX|1|NM|Q1^Q^L||1|||||F',
    'OBR|2|||2^B^L|||20261124',
  )
  assert.match(await sender.send(half), /MSA\|AE\|/)
  const id = await patientId()
  const found = await ask(`Observation?patient=${id}&code=Q1`)
  assert.equal(found.json.entry?.length ?? 0, 0)
  assert.match(await sender.send(Buffer.from('hej')), /MSA\|AE\|\r/)
})

test('many messages without waiting, cut anywhere, are taken in order', async () => {
  const phones = Array.from({ length: 40 }, (_, at) => `0700-${at}`)
  const messages = phones.map((phone) =>
    message(msh('ADT^A31'), 'EVN|A31|20261124', `${PID}||${phone}`),
  )
  const acks = await sender.sendAll(messages, 97)
  assert.equal(acks.filter((ack) => /MSA\|AA/.test(ack)).length, 40)
  const patient = await first('Patient?identifier=191212121212')
  assert.equal(patient.telecom[0].value, '0700-39')
})

test('a given-up number says which one took its place, and its record is read in the other’s', async () => {
  const old = 'PID|1||99001^^^SU^PI||Östlund^Å'
  const pv1 = `PV1|1|I|Avd 30E Medicin^4^2^${WARD}||||||||||||||||V2001^^^SU|||||||||||||||||||||||||20261120081500`
  await sender.send(message(msh('ADT^A01'), 'EVN|A01|20261120081500', old, pv1))
  const result = 'OBX|1|NM|NPU03230^P-Kalium^NPU||4.10|mmol/L|3,5-4,6|N|||F|||20261120061000'
  const order =
    'OBR|1|P9^KARNA|F9^LAB|1^Elektrolyter^L|||20261120060000|||||||||||||||20261120070500||LAB|F'
  await sender.send(message(msh('ORU^R01'), old, order, result))
  const former = (await first('Patient?identifier=99001')).id
  const before = await first(`Encounter?patient=${former}`)
  await blockFor(former)
  const surviving = await patientId()
  const count = async (patient: string) =>
    ((await ask(`Observation?patient=${patient}&_count=200`)).json.entry ?? []).length
  const had = await count(surviving)
  const ack = await sender.send(message(msh('ADT^A40'), 'EVN|A40|2026', PID, 'MRG|99001^^^SU^PI'))
  assert.match(ack, /MSA\|AA/)

  const given = (await ask(`Patient/${former}`)).json
  assert.equal(given.active, false)
  assert.equal(given.link[0].other.reference, `Patient/${surviving}`)
  assert.equal(await count(former), 0)
  assert.equal(await count(surviving), had + 1)
  const moved = await ask(`Observation?patient=${surviving}&_count=200`)
  assert.match(moved.text, /"value":4\.10,"unit":"mmol\/L"/)
  const { meta, subject, ...rest } = (await ask(`Encounter/${before.id}`)).json
  const { meta: metaBefore, subject: _, ...restBefore } = before
  assert.equal(subject.reference, `Patient/${surviving}`)
  assert.deepEqual(rest, restBefore)
  assert.equal(meta.source, metaBefore.source)
  assert.deepEqual(await blocks(), [surviving], 'what was closed in it is closed there')
  const history = await ask(`Encounter/${before.id}/_history`)
  assert.equal(history.json.entry.length, 2, 'what it was before is still there')

  const later = message(
    msh('ORU^R01'),
    old,
    order.replace('F9', 'F10'),
    result.replace('4.10', '4.2'),
  )
  assert.match(await sender.send(later), /MSA\|AA/)
  assert.equal(await count(surviving), had + 2, 'the given-up number leads to the other')
})
/** The patient closes a unit's records. */
async function blockFor(patient: string): Promise<void> {
  const coded = (code: string) => ({
    coding: [{ system: 'https://karna.se/fhir/CodeSystem/label', code }],
  })
  const identifier = { system: 'urn:oid:1.2.752.29.4.19', value: 'SE2321000131-E000000000060' }
  const consent = {
    resourceType: 'Consent',
    id: 'b9',
    meta: { source: `urn:oid:1.2.752.29.4.19#${WARD}` },
    status: 'active',
    scope: { text: 'Spärr' },
    category: [coded('inner-block')],
    patient: { reference: `Patient/${patient}` },
    dateTime: '2026-10-01',
    policyRule: { text: 'PDL 4:4' },
    provision: { type: 'deny', actor: [{ role: coded('unit'), reference: { identifier } }] },
  }
  const loader = createLoader(under.karna.loadTarget('vgr'))
  await loader.add(contentOf({ name: 'b', bytes: Buffer.from(JSON.stringify(consent)) }))
  await loader.finish()
  assert.deepEqual(loader.report.rejections, [])
  assert.deepEqual(await blocks(), [patient])
}

/** Whose records are closed, as the law has it. */
async function blocks(): Promise<string[]> {
  const { rows } = await under.db.query<{ patient: string }>({
    text: "select patient from law.decision where kind = 'block' and ended_at is null",
    values: [],
  })
  return rows.map(({ patient }) => patient)
}

test('what could not be kept is not acknowledged: the connection closes, and the message can come again', async () => {
  let isBroken = true
  const feed = createFeed({
    target: {
      find: async () => [],
      recordsOf: async () => [],
      transact: async () => {
        if (isBroken) throw new Error('the database is away')
        return []
      },
    },
    unit: WARD,
    unitOf: () => undefined,
    now: Date.now,
  })
  const own = await startMllpServer({ take: feed.take, port: 0, maxBytes: 100_000, idleMs: 10_000 })
  const bytes = message(msh('ADT^A28', 'AWAY'), 'EVN|A28|2026', PID)
  const one = await connectMllp(own.port)
  await assert.rejects(one.send(bytes), /closed without/)
  isBroken = false
  const two = await connectMllp(own.port)
  assert.match(await two.send(bytes), /MSA\|AA\|AWAY/)
  await assert.rejects(two.send(Buffer.alloc(200_000, 65)), /closed without/)
  await own.close()
})

test('an answer belongs to the unit that ordered it, which needs no choice to read it (PDL 4:1)', async () => {
  const laboratory = 'SE2321000131-E000000000060'
  const [lab] = await startFeeds(
    under.karna,
    demoDirectory,
    [{ region: 'vgr', port: 0, unit: laboratory }],
    Date.now,
  )
  assert.ok(lab)
  const from = await connectMllp(lab.port)
  const answer = (id: string, orc: string[]) =>
    message(
      msh('ORU^R01'),
      PID,
      ...orc,
      `OBR|1|${id}^KARNA|${id}^LAB|1^Elektrolyter^L|||20261124060000|||||||||||||||20261124070500||LAB|F`,
      `OBX|1|NM|NPU03230^P-Kalium^NPU||3.9|mmol/L|||||F`,
    )
  const orc = (fields: Record<number, string>) =>
    ['ORC', ...Array.from({ length: 21 }, (_, index) => fields[index + 1] ?? '')].join('|')
  assert.match(await from.send(answer('W1', [orc({ 21: `Avd 30E^^^^^^^^^${WARD}` })])), /MSA\|AA/)
  assert.match(await from.send(answer('W2', [orc({ 17: 'Avd 30E Medicin' })])), /MSA\|AA/)
  assert.match(await from.send(answer('W3', [orc({ 13: 'okänd plats' })])), /MSA\|AA/)
  assert.match(await from.send(answer('W4', [])), /MSA\|AA/)
  from.close()
  await lab.close()
  const id = await patientId()
  const seen = async (order: string) => {
    const path = `vgr/DiagnosticReport?patient=${id}&identifier=${order}&_include=DiagnosticReport:result`
    const { json } = await under.ask('anna.nystrom', 'GET', path)
    return (json.entry ?? []).map((entry: { resource: { meta: { source: string } } }) =>
      entry.resource.meta.source.split('#').at(1),
    )
  }
  assert.deepEqual(await seen('W1'), [WARD, WARD])
  assert.deepEqual(await seen('W2'), [WARD, WARD])
  assert.deepEqual(await seen('W3'), [])
  assert.deepEqual(await seen('W4'), [])
})
