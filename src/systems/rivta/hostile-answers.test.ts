import assert from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, before, describe, test } from 'node:test'
import { deflateSync, gzipSync } from 'node:zlib'
import type { Composition, Condition } from 'fhir/r4'
import { parseSearch } from '../../fhir/search/parse.ts'
import { EVERYTHING, mintSight } from '../../fhir/sight.ts'
import type { Contract } from './contracts/contract.ts'
import { getCareDocumentation2, getCareDocumentation3 } from './contracts/get-care-documentation.ts'
import { getDiagnosis } from './contracts/get-diagnosis.ts'
import { createRivtaSystem } from './rivta-system.ts'

/* Answers that no contract allows and some source or gateway sends all the same: nothing is lost without a word. */

const NUMBER = '191212121212'
const SPACE = 'urn:riv:clinicalprocess:healthcond:description'
const XML = { 'content-type': 'text/xml; charset=utf-8' }

let listener: RequestListener = () => {}
const server = createServer((request, response) => listener(request, response))
before(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
after(() => {
  server.closeAllConnections()
  server.close()
})

/** What a search finds when the source answers as given. */
async function ask(contract: Contract, answer: RequestListener | string | Buffer, headers = XML) {
  listener =
    typeof answer === 'function'
      ? answer
      : (_, response) => void response.writeHead(200, headers).end(answer)
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const system = createRivtaSystem({
    profile: {
      name: 'region',
      sources: [{ name: 'Källan', url, logicalAddress: 'SE1-S', contracts: [contract] }],
      provider: 'SE1-P',
      units: [{ hsaId: 'SE1-U', name: 'Avd', provider: 'SE1-P' }],
      providers: [],
      reserveNumbers: [],
      deadline: 500,
      maxBytes: 100_000,
      freshness: 0,
    },
    secret: Buffer.alloc(32, 1),
    now: Date.now,
  })
  const { types } = system.capability()
  const patient = await system.patientOf?.(NUMBER)
  const type = contract.types[0] ?? 'Condition'
  const text = new URLSearchParams(`patient=${patient}&_total=accurate`)
  const query = parseSearch(type, text, { types, base: undefined, now: 0 })
  const page = await system.search(query, mintSight(EVERYTHING))
  system.close()
  const found = page.hits.map(({ resource }) => JSON.parse(String(resource.bytes)))
  return { found, issues: page.issues, total: page.total }
}

async function diagnoses(answer: RequestListener | string | Buffer, headers?: typeof XML) {
  const { found, issues, total } = await ask(getDiagnosis, answer, headers)
  const conditions = found as Condition[]
  return { conditions, texts: conditions.map(({ code }) => code?.text).sort(), issues, total }
}

interface Item {
  readonly id?: string
  readonly time?: string
  readonly text?: string
  /** Further fields of the header. */
  readonly more?: string
  readonly approved?: string
}

const header = (name: string, { id = 'd1', time = '20260301083000', ...rest }: Item) =>
  `<c:${name}><c:documentId>${id}</c:documentId><c:sourceSystemHSAId>SE1-S</c:sourceSystemHSAId>
  <c:patientId><c:id>${NUMBER}</c:id><c:type>1.2.752.129.2.1.3.1</c:type></c:patientId>
  <c:accountableHealthcareProfessional><c:authorTime>${time}</c:authorTime>
  <c:healthcareProfessionalCareUnitHSAId>SE1-U</c:healthcareProfessionalCareUnitHSAId>
  <c:healthcareProfessionalCareGiverHSAId>SE1-P</c:healthcareProfessionalCareGiverHSAId>
  </c:accountableHealthcareProfessional>
  ${rest.approved ?? '<c:approvedForPatient>true</c:approvedForPatient>'}${rest.more ?? ''}</c:${name}>`

const diagnosis = (item: Item = {}) =>
  `<u:diagnosis>${header('diagnosisHeader', item)}<c:diagnosisBody>
  <c:typeOfDiagnosis>Huvuddiagnos</c:typeOfDiagnosis><c:diagnosisCode>
  <c:originalText>${item.text ?? 'Ej astma, µ <![CDATA[<5]]>'}</c:originalText></c:diagnosisCode>
  </c:diagnosisBody></u:diagnosis>`

const note = (item: Item) =>
  `<u:careDocumentation>${header('careDocumentationHeader', item)}<c:careDocumentationBody>
  <c:clinicalDocumentNote><c:clinicalDocumentNoteCode>dag</c:clinicalDocumentNoteCode>
  <c:clinicalDocumentNoteText>${item.text ?? ''}</c:clinicalDocumentNoteText>
  </c:clinicalDocumentNote></c:careDocumentationBody></u:careDocumentation>`

const envelope = (body: string) =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>${body}</s:Body></s:Envelope>`
const answerOf = (operation: string, major: number, content: string) =>
  envelope(`<u:${operation}Response xmlns:u="${SPACE}:${operation}Responder:${major}"
  xmlns:c="${SPACE}:${major}">${content}<u:result><c:resultCode>OK</c:resultCode>
  <c:logId>1</c:logId></u:result></u:${operation}Response>`)
const withDiagnoses = (...items: readonly string[]) => answerOf('GetDiagnosis', 2, items.join(''))
const MEANT = 'Ej astma, µ <5'

describe('an answer in its bytes', () => {
  const plain = withDiagnoses(diagnosis())
  const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>${plain}`

  test('is read in the encoding that it really is in', async () => {
    const cases: readonly (readonly [string | Buffer, typeof XML])[] = [
      [plain, XML],
      [`\ufeff${plain}`, { 'content-type': 'text/xml; charset=iso-8859-1' }],
      [declared('UTF-8'), { 'content-type': 'text/xml;charset=ISO-8859-1' }],
      [Buffer.from(declared('ISO-8859-1'), 'latin1'), { 'content-type': 'text/xml' }],
      [Buffer.from(declared('UTF-8'), 'latin1'), { 'content-type': 'text/xml; charset=latin1' }],
      [Buffer.from(declared('UTF-16'), 'utf16le'), { 'content-type': 'text/xml' }],
      [Buffer.from(`\ufeff${plain}`, 'utf16le').swap16(), { 'content-type': 'text/xml' }],
    ]
    for (const [bytes, headers] of cases) {
      assert.deepEqual((await diagnoses(bytes, headers)).texts, [MEANT], headers['content-type'])
    }
  })

  test('is unpacked, as much as an answer may be', async () => {
    const packed = (encoding: string) => ({ ...XML, 'content-encoding': encoding })
    assert.deepEqual((await diagnoses(gzipSync(plain), packed('gzip'))).texts, [MEANT])
    assert.deepEqual((await diagnoses(deflateSync(plain), packed('deflate'))).texts, [MEANT])
    const bomb = gzipSync(withDiagnoses(diagnosis({ text: 'x'.repeat(1_000_000) })))
    for (const [bytes, encoding] of [
      [bomb, 'gzip'],
      [gzipSync(plain), 'br'],
      [Buffer.from(plain), 'gzip'],
    ] as const) {
      const { texts, issues, total } = await diagnoses(bytes, packed(encoding))
      assert.deepEqual([texts, issues[0]?.kind, total], [[], 'unavailable', undefined])
    }
  })

  test('that says nothing, or something else, is silence that is told', async () => {
    const xop = { 'content-type': 'multipart/related; type="application/xop+xml"; boundary=b' }
    const dripping: RequestListener = (_, response) => {
      response.writeHead(200, XML)
      const drops = setInterval(() => response.write(' '), 50)
      response.on('close', () => clearInterval(drops))
    }
    const fault = envelope('<s:Fault><faultcode>s:Server</faultcode></s:Fault>')
    for (const [kind, answer, headers] of [
      ['unavailable', ''],
      ['unavailable', '<html><body>502</body></html>'],
      ['unavailable', fault],
      ['unavailable', `--b\r\n\r\n${plain}\r\n--b--`, xop],
      ['unavailable', plain.replace('</s:Body>', '<more/></s:Body>')],
      ['unavailable', withDiagnoses(diagnosis({ text: 'x'.repeat(200_000) }))],
      ['unavailable', `<!DOCTYPE x [<!ENTITY a "aaaa">]>${plain}`],
      ['timeout', dripping],
    ] as const) {
      const { texts, issues, total } = await diagnoses(answer, headers)
      assert.deepEqual([texts, issues[0]?.kind, total], [[], kind, undefined])
    }
  })
})

describe('an answer in its items', () => {
  test('has each of them, whatever prefix or namespace it is in', async () => {
    const items = [diagnosis({ text: 'A' }), diagnosis({ id: 'd2', text: 'B' })]
    for (const change of [
      (text: string) => text.replaceAll('u:diagnosis>', 'c:diagnosis>'),
      (text: string) => text.replaceAll('u:diagnosis>', 'diagnosis>'),
      (text: string) =>
        text.replaceAll('c:', 'GetDiagnosis:').replace('xmlns:c', 'xmlns:GetDiagnosis'),
    ]) {
      assert.deepEqual((await diagnoses(change(withDiagnoses(...items)))).texts, ['A', 'B'])
    }
    const bare = withDiagnoses(...items).replaceAll(/(<\/?)c:/g, '$1')
    const { texts, issues } = await diagnoses(bare)
    assert.equal(texts.length, 0)
    assert.match(issues[0]?.message ?? '', /2 records/, 'what cannot be read is counted')
    const other = withDiagnoses(`<u:diagnose>${diagnosis()}</u:diagnose>`)
    assert.match((await diagnoses(other)).issues[0]?.message ?? '', /1 parts .* not known/)
  })

  test('has none of them put in the place of another that has the same id', async () => {
    const items = ['A', 'B', 'B', 'C'].map((text) => diagnosis({ text }))
    const { texts, conditions, issues, total } = await diagnoses(withDiagnoses(...items))
    assert.deepEqual([texts, total, issues], [['A', 'B', 'C'], 3, []])
    const ids = conditions.map(({ id }) => id).sort()
    const turned = await diagnoses(withDiagnoses(...items.toReversed()))
    assert.deepEqual(turned.conditions.map(({ id }) => id).sort(), ids)
    assert.equal(new Set(ids).size, 3)
  })

  test('is there without an id too, and as much of it as FHIR accepts, with all that was said beside', async () => {
    const nameless = ['A', 'B'].map((text) => diagnosis({ id: ' ', text }))
    const { texts, conditions } = await diagnoses(withDiagnoses(...nameless))
    assert.deepEqual(texts, ['A', 'B'])
    const alone = await diagnoses(withDiagnoses(diagnosis({ id: '', text: 'B' })))
    assert.ok(conditions.some(({ id }) => id === alone.conditions[0]?.id))
    const odd = diagnosis({ text: 'Astma' }).replace('Huvuddiagnos', 'Huvud  diagnos')
    const kept = await diagnoses(withDiagnoses(odd))
    assert.deepEqual([kept.texts, kept.issues], [['Astma'], []])
    assert.match(JSON.stringify(kept.conditions), /typeOfDiagnosis.*Huvud {2}diagnos/)
  })
})

describe('an item', () => {
  test('shows as holding, and to the patient, only what says so', async () => {
    const read = async (item: Item) => {
      const { conditions } = await diagnoses(withDiagnoses(diagnosis(item)))
      const [{ verificationStatus, meta } = {}] = conditions
      return [verificationStatus?.coding?.[0]?.code, meta?.security?.[0]?.code]
    }
    const approved = (text: string) => `<c:approvedForPatient>${text}</c:approvedForPatient>`
    assert.deepEqual(await read({ more: '<c:nullified>false</c:nullified>' }), [
      'confirmed',
      undefined,
    ])
    for (const word of ['true', 'TRUE', ' 1 ', 'ja']) {
      const [status] = await read({ more: `<c:nullified>${word}</c:nullified>` })
      assert.equal(status, 'entered-in-error', word)
    }
    assert.deepEqual(await read({ approved: approved('True') }), ['confirmed', undefined])
    for (const word of ['False', '0', 'nej', '']) {
      assert.equal((await read({ approved: approved(word) }))[1], 'NOPATIENT', word)
    }
    assert.equal((await read({ approved: '' }))[1], 'NOPATIENT')
  })

  test('keeps times as precise as they are, and the record of a time that is none', async () => {
    const times = ['20261025023000', '20260329023000', '202603', '2026', '20260230', 'igår']
    const items = times.map((time, at) => diagnosis({ id: `d${at}`, time }))
    const { conditions } = await diagnoses(withDiagnoses(...items))
    assert.deepEqual(conditions.map(({ recordedDate }) => recordedDate ?? '').sort(), [
      '',
      '',
      '2026',
      '2026-03',
      '2026-03-29T02:30:00+01:00',
      '2026-10-25T02:30:00+02:00',
    ])
    assert.ok(conditions.some((each) => JSON.stringify(each).includes('"igår"')))
    const nil =
      '<c:diagnosisCode xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>'
    const without = diagnosis().replace(/<c:diagnosisCode>[\s\S]*<\/c:diagnosisCode>/, nil)
    assert.deepEqual((await diagnoses(withDiagnoses(without))).texts, [undefined])
  })
})

describe('a note', () => {
  const notes = async (...items: readonly Item[]) => {
    const { found } = await ask(
      getCareDocumentation2,
      answerOf('GetCareDocumentation', 2, items.map(note).join('')),
    )
    return found as Composition[]
  }
  const textOf = async (text: string) => {
    const [found] = await notes({ text })
    return JSON.stringify(found?.section ?? [])
  }

  test('is there though it has no time, or no text', async () => {
    const [found] = await notes({ time: '20260230', text: 'Ej opererad' })
    assert.equal(found?.date, undefined)
    assert.match(JSON.stringify(found), /data-absent-reason.*Ej opererad/)
    const [empty] = await notes({ text: ' \n\t' })
    assert.equal(empty?.title, 'Daganteckning')
    assert.equal(empty?.section, undefined)
  })

  test('keeps each character, around comments and CDATA, and mark-up that was not encoded', async () => {
    assert.match(
      await textOf('a<!-- x -->b  c\n <![CDATA[<5 &amp;]]>'),
      /<p>ab {2}c<\/p><p> &lt;5 &amp;amp;<\/p>/,
    )
    assert.match(await textOf('utan <b>inga</b> besvär'), /utan &lt;b&gt;inga&lt;\/b&gt; besvär/)
    const docbook =
      '<article><section role="7"><title>Bedömning</title><para>Ej feber</para></section></article>'
    for (const text of [docbook, docbook.replaceAll('<', '&lt;'), `<![CDATA[${docbook}]]>`]) {
      const [section] = JSON.parse(await textOf(text))
      assert.equal(section.title, 'Bedömning')
      assert.match(section.text.div, /Ej feber/)
    }
    const html = '<article><para><![CDATA[<!DOCTYPE html>]]> kvar</para></article>'
    assert.match(
      await textOf(
        html.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll(']]>', ']]&gt;'),
      ),
      /&lt;!DOCTYPE html&gt; kvar/,
    )
  })

  test('has its picture though it is not said of what kind', async () => {
    const picture = '<c:multimediaEntry><c:value>AAAA</c:value></c:multimediaEntry>'
    const item = note({ text: 'Se bild' }).replace(/(<\/c:clinicalDocumentNote>)/, `${picture}$1`)
    const { found, issues } = await ask(
      getCareDocumentation2,
      answerOf('GetCareDocumentation', 2, item),
    )
    assert.deepEqual([found.length, issues], [1, []])
    assert.match(JSON.stringify(found), /DocumentReference\//)
  })

  test('that is said to be elsewhere and cannot be fetched is told of', async () => {
    const more = (reference: string) =>
      answerOf(
        'GetCareDocumentation',
        3,
        `<u:hasMore><u:logicalAddress>SE1-S</u:logicalAddress>${reference}</u:hasMore>`,
      )
    for (const reference of ['', '<u:reference> </u:reference>', '<u:reference>1</u:reference>']) {
      const { issues, total } = await ask(getCareDocumentation3, more(reference))
      assert.deepEqual([issues[0]?.kind, total], ['partial', undefined], reference)
    }
  })
})
