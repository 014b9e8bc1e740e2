import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { FhirResource, Observation } from 'fhir/r4'
import { profileOf } from '../../../simulators/rivta/connect.ts'
import { keptAs } from '../../../simulators/rivta/encode-text.ts'
import { FIDELITY_CORPUS } from '../../../simulators/rivta/fidelity-corpus.ts'
import { MELIOR, MELIOR_PLUS, TAKECARE } from '../../../simulators/rivta/products.ts'
import { startRivtaSimulator } from '../../../simulators/rivta/rivta-simulator.ts'
import { readSchema } from '../../../simulators/rivta/schema/read-schema.ts'
import { sampleMessage } from '../../../simulators/rivta/schema/sample-message.ts'
import { schemaFile, schemasMissing } from '../../../simulators/rivta/schema/schema-files.ts'
import type { RecordSystem } from '../../fhir/record-system.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import { parseSearch } from '../../fhir/search/parse.ts'
import { EVERYTHING, mintSight } from '../../fhir/sight.ts'
import type { Contract } from './contracts/contract.ts'
import { CONTRACTS } from './contracts/contracts.ts'
import type { Directory } from './directory.ts'
import type { Mapping } from './mapping/mapping.ts'
import { parseExactly } from './provide/exact-json.ts'
import { readAnswer } from './read-answer.ts'
import { createRivtaSystem } from './rivta-system.ts'
import { readXml } from './soap/read-xml.ts'
import { deepTextOf } from './soap/xml-element.ts'

const closing: (() => unknown)[] = []
after(async () => {
  for (const close of closing.reverse()) await close()
})

const PATIENT = { root: '1.2.752.129.2.1.3.1', extension: '191212121212' }
const everything = mintSight(EVERYTHING)

/** Ids, codes and places of code lists: no text for people. */
const NO_TEXT =
  /(Id|HSAI?[dD]|id|[cC]ode|codeSystem|codeSystemVersion|type|root|extension|mediaType|equipmentId|reference|sopClass|dicomSOP|resultCode|logId|subCode|actId|hasMore\w*|dayOfPeriod|resultType|discipline|typeOfModality|low|high|value|typeOf\w+)$/

const mapping: Mapping = {
  patient: PATIENT,
  patientId: 'p1',
  idOf: (type, ...key) =>
    Buffer.from([type, ...key].join('|'))
      .toString('hex')
      .slice(-60),
  organizationOf: () => undefined,
}
const directory: Directory = {
  organizationOf: () => undefined,
  organizations: [],
  originOf: ({ unit = 'SE1-U', provider = 'SE1-P' }) => ({ unit, provider }),
}

/** Every text of a resource; of narrative what a person reads. */
function textsOf(value: unknown, name = ''): string[] {
  if (typeof value === 'string') return name === 'div' ? [deepTextOf(readXml(value))] : [value]
  if (typeof value !== 'object' || value === null) return []
  if (Array.isArray(value)) return value.flatMap((each) => textsOf(each, name))
  return Object.entries(value).flatMap(([key, each]) => textsOf(each, key))
}

/** Lines of a note are paragraphs: between them there is no line break to look for. */
const joined = (text: string) => text.replaceAll('\n', '')

/** Gives the free texts of a sample texts of the corpus in turn, beginning with one of them; tells which are lost. */
function changedIn(contract: Contract, first: number): { count: number; changed: string[] } {
  const sample = sampleOf(contract)
  const free = sample.fields.filter(({ path, text }) => /^Text /.test(text) && isShown(path))
  const written = free.map(({ text: made }, at) => {
    const text = FIDELITY_CORPUS[(first + at) % FIDELITY_CORPUS.length] ?? ''
    return { made, text: `${at}:${text}` }
  })
  const marked = new Map(written.map(({ made, text }) => [escaped(made), escaped(text)]))
  const replaced = sample.xml.text.replace(
    /Text \d+ &lt;é&gt;/g,
    (made) => marked.get(made) ?? made,
  )
  const { resources, missing } = readAnswer(contract, readXml(replaced), mapping, directory)
  assert.deepEqual(missing, [])
  const texts = resources.flatMap(({ stored }) => textsOf(JSON.parse(String(stored.bytes))))
  const all = joined(texts.join('\u0001'))
  const changed = free.filter((_, at) => !all.includes(joined(written[at]?.text ?? '')))
  return { count: free.length, changed: changed.map(({ path }) => `${path} ${first}`) }
}

const isShown = (path: string) =>
  !NO_TEXT.test(path) && !/\/(result|hasMore|codeSystemName)(\/|$)/.test(path)

function sampleOf(contract: Contract) {
  const schema = readSchema(schemaFile(contract.question, contract.version))
  const root = schema.element(contract.shape.responder, `${contract.question}Response`)
  assert.ok(root)
  return sampleMessage(root, {
    text: (path) => {
      if (/\/patientId\/(id|extension)$/.test(path)) return PATIENT.extension
      if (/\/patientId\/(type|root)$/.test(path)) return PATIENT.root
      if (/\/codeSystem$/.test(path)) return '1.2.3'
      return /\/root$/.test(path) ? '1.2.752.129.2.1.4.1' : undefined
    },
    leaveOut: (path) => /\/related\/.*\/related$/.test(path),
  })
}

const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\r', '&#13;')

for (const contract of CONTRACTS) {
  test(`${contract.question} ${contract.version}: no character of any text is changed`, {
    skip: schemasMissing,
  }, () => {
    const { count } = changedIn(contract, 0)
    for (let first = 0; first < FIDELITY_CORPUS.length; first += count) {
      assert.deepEqual(changedIn(contract, first).changed, [])
    }
  })
}

const META = { source: 'urn:oid:1.2.752.29.4.19#SE1-E1' }
const subject = { reference: 'Patient/p1' }

/** One record of each kind with the text wherever a clinician writes, in the demo's shapes. */
function recordsWith(text: string, at: number): FhirResource[] {
  const own = (kind: string) => ({ id: `${kind}${at}`, meta: META })
  const day = '2026-03-01T08:00:00+01:00'
  const div = `<div xmlns="http://www.w3.org/1999/xhtml">${text
    .split('\n')
    .map((line) => `<p>${escaped(line)}</p>`)
    .join('')}</div>`
  return [
    { resourceType: 'Condition', ...own('c'), code: { text }, subject, recordedDate: day },
    {
      resourceType: 'Observation',
      ...own('o'),
      status: 'final',
      category: [{ coding: [{ code: 'laboratory' }] }],
      code: { text: 'Odling' },
      subject,
      effectiveDateTime: day,
      valueString: text,
    },
    {
      resourceType: 'DiagnosticReport',
      ...own('r'),
      status: 'final',
      category: [{ coding: [{ code: 'RAD' }] }],
      code: { text: 'DT' },
      subject,
      issued: day,
      conclusion: text,
    },
    {
      resourceType: 'MedicationRequest',
      ...own('m'),
      status: 'active',
      intent: 'order',
      medicationCodeableConcept: { text },
      subject,
      authoredOn: day,
      dosageInstruction: [{ text }],
    },
    {
      resourceType: 'Flag',
      ...own('f'),
      status: 'active',
      category: [{ text: 'Övrigt' }],
      code: { text },
      subject,
    },
    {
      resourceType: 'Composition',
      ...own('n'),
      status: 'final',
      type: { text: 'Daganteckning' },
      title: 'Daganteckning',
      subject,
      date: day,
      author: [{ display: 'Åsa Öberg' }],
      section: [{ title: 'Status', text: { status: 'additional', div } }],
    },
  ]
}

/** What each kind says, by the number of its text. */
const SAYS: Readonly<Record<string, (resource: never) => unknown>> = {
  Condition: ({ code }: { code: { text: string } }) => code.text,
  Observation: valueIn,
  DiagnosticReport: ({ conclusion }: { conclusion?: string }) => conclusion,
  MedicationRequest: (each: {
    medicationCodeableConcept: { text: string }
    dosageInstruction: { text: string }[]
  }) =>
    each.medicationCodeableConcept.text === each.dosageInstruction[0]?.text
      ? each.dosageInstruction[0]?.text
      : undefined,
  Flag: ({ code }: { code: { text: string } }) => code.text,
  Composition: ({ section }: { section: { text: { div: string } }[] }) =>
    paragraphs(section[0]?.text.div ?? ''),
}

function organization(id: string, owner?: string): FhirResource {
  const partOf = owner === undefined ? {} : { partOf: { reference: `Organization/${owner}` } }
  const identifier = [{ system: 'urn:oid:1.2.752.29.4.19', value: `SE1-${id}` }]
  return { resourceType: 'Organization', id, identifier, name: id, ...partOf }
}

/** Lab 3 sends numbers as text: what is one comes as a number of the same digits, a decimal comma kept beside it. */
function valueIn({ valueString, valueQuantity }: Observation): string | undefined {
  const [written] = valueQuantity?.extension ?? []
  return valueString ?? written?.valueString ?? JSON.stringify(valueQuantity?.value)
}

function paragraphs(div: string): string {
  const found = [...div.matchAll(/<p>(.*?)<\/p>/gs)]
  return found.map(([, inner = '']) => deepTextOf(readXml(`<p>${inner}</p>`))).join('\n')
}

async function all(system: RecordSystem, type: ResourceType, text: string): Promise<unknown[]> {
  const { types } = system.capability()
  const query = parseSearch(type, new URLSearchParams(text), { types, base: undefined, now: 0 })
  const { hits, issues } = await system.search(query, everything)
  assert.deepEqual(issues, [])
  return hits.map(({ resource }) => parseExactly(resource.bytes))
}

for (const product of [MELIOR, MELIOR_PLUS, TAKECARE]) {
  test(`what is written in ${product.product} is read through the connector without a changed character`, async () => {
    const organizations = [organization('E0'), organization('E1', 'E0')]
    const patient: FhirResource = {
      resourceType: 'Patient',
      id: 'p1',
      identifier: [{ system: `urn:oid:${PATIENT.root}`, value: PATIENT.extension }],
    }
    const written = FIDELITY_CORPUS.flatMap((text, at) => recordsWith(text, at))
    const simulator = await startRivtaSimulator({ ...product, lacksOrigin: () => false }, [
      ...organizations,
      patient,
      ...written,
    ])
    closing.push(() => simulator.close())
    const profile = profileOf(simulator, 'region')
    const system = createRivtaSystem({ profile, secret: Buffer.alloc(32, 1), now: Date.now })
    closing.push(() => system.close())
    const [person] = await all(system, 'Patient', `identifier=${PATIENT.extension}`)
    const { id } = person as { id: string }
    for (const [type, says] of Object.entries(SAYS)) {
      const found = await all(system, type as ResourceType, `patient=Patient/${id}&_count=1000`)
      const texts = found.map((each) => says(each as never)).filter((each) => each !== undefined)
      const kept = FIDELITY_CORPUS.map((text) => keptAs(product.texts, text))
      assert.deepEqual([...texts].sort(), kept.sort(), type)
    }
  })
}

test('what Windows-1252 has is kept by Melior; of what it lacks a question mark was kept, and nothing else', () => {
  const kept = FIDELITY_CORPUS.map((text) => keptAs(MELIOR.texts, text))
  const whole = FIDELITY_CORPUS.filter((text, at) => text === kept[at])
  assert.ok(whole.length > FIDELITY_CORPUS.length / 2, `${whole.length}`)
  assert.ok(whole.includes('Åsa Öberg, ÅÄÖ åäö éèü') && whole.includes('€ – — … ‘’ “” • ™ œ'))
  assert.equal(keptAs(MELIOR.texts, '≤0,40 → SpO₂ 5 μg'), '?0,40 ? SpO? 5 ?g')
  for (const product of [MELIOR_PLUS, TAKECARE]) {
    for (const text of FIDELITY_CORPUS) assert.equal(keptAs(product.texts, text), text)
  }
})
