import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkMessage } from '../../../../simulators/rivta/schema/check-message.ts'
import { readSchema } from '../../../../simulators/rivta/schema/read-schema.ts'
import {
  type SampleField,
  sampleMessage,
} from '../../../../simulators/rivta/schema/sample-message.ts'
import { schemaFile, schemasMissing } from '../../../../simulators/rivta/schema/schema-files.ts'
import type { Directory } from '../directory.ts'
import { fieldsOf } from '../mapping/fields.ts'
import type { Mapping } from '../mapping/mapping.ts'
import { escapeHtml } from '../mapping/note-html.ts'
import { toDateTime } from '../mapping/time.ts'
import { readAnswer } from '../read-answer.ts'
import { readXml } from '../soap/read-xml.ts'
import { childrenOf, type XmlElement } from '../soap/xml-element.ts'
import type { Contract } from './contract.ts'
import { CONTRACTS } from './contracts.ts'
import { writeRequest } from './request.ts'

const skip = schemasMissing
const PATIENT = { root: '1.2.752.129.2.1.3.1', extension: '191212121212' }
const OID = '1.2.752.999.7'

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

/**
 * Alternatives of which a record has one: each is left out in turn, or has another text, so that every mapping is reached.
 */
type Variant = RegExp | readonly [path: RegExp, text: string] | undefined

const ALTERNATIVES: Readonly<Record<string, readonly Variant[]>> = {
  GetCareDocumentation: [/\/clinicalDocumentNote\/clinicalDocumentNote(Code|Title)$/],
  GetFunctionalStatus: [[/\/assessmentCategory$/, 'fun-fun']],
  GetMedicationHistory: [
    /\/(dosageInstruction|shortNotation|prescriber)$/,
    /\/(unstructuredDrugInformation|merchandise|drugArticle)$/,
  ],
  GetVaccinationHistory: [/\/administrationRecord$/],
  GetAlertInformation: [/\/hypersensitivity$/, /\/pharmaceuticalHypersensitivity$/],
  GetLaboratoryOrderOutcome: [
    /\/cv$/,
    /\/(cv|pq)$/,
    /\/(cv|pq|low|lowClosed)$/,
    /\/(cv|pq|intervalPQ)$/,
    /\/(status|interval)$/,
  ],
}

/** What is known, and on purpose not in what is made of a record; why is said where the code drops it. */
const NOT_SHOWN = [
  /\/codeSystemName$/, // its OID says it
  /\/result\//, // the source's own logging; an error is told as an issue
  /\/hasMore\//, // where the next page is
]

/** Types that come again within themselves: hundreds of fields that the same lines read. Their texts are looked for. */
const SAME_AGAIN =
  /\/(dispensationAuthorization|administration)\/drug\/dosage\/|\/(maximumDosage|conditionalDosage|rampEnd)\/.*\//

interface Edited {
  readonly text: (path: string) => string | undefined
}

/** Texts that a mapping must find as they are in real messages. */
function realistic(path: string): string | undefined {
  if (/\/patientId\/(id|extension)$/.test(path)) return PATIENT.extension
  if (/\/patientId\/(type|root)$/.test(path)) return PATIENT.root
  if (/\/clinicalInformationCode\/codeSystem$/.test(path)) return '1.2.752.116.1.1.1.1.3'
  if (/\/codeSystem$/.test(path)) return OID
  if (/\/(sourceSystemId|accountable\w+)\/root$/.test(path)) return '1.2.752.129.2.1.4.1'
  if (/\/root$/.test(path)) return OID
  if (/HSAI?[dD]$/i.test(path) || /\/(sourceSystemId|accountable\w+)\/extension$/.test(path)) {
    return `SE1-${path.length}X`
  }
  return undefined
}

function insteadOf(variant: Variant, path: string): string | undefined {
  if (variant === undefined || variant instanceof RegExp) return undefined
  const [place, text] = variant
  return place.test(path) ? text : undefined
}

function resourcesOf(contract: Contract, edited: Edited, variant: Variant) {
  const schema = readSchema(schemaFile(contract.question, contract.version))
  const { operation, responder } = contract.shape
  const root = schema.element(responder, `${operation}Response`)
  assert.ok(root)
  const sample = sampleMessage(root, {
    text: (path) => edited.text(path) ?? insteadOf(variant, path) ?? realistic(path),
    leaveOut: (path) =>
      /\/related\/.*\/related$/.test(path) || (variant instanceof RegExp && variant.test(path)),
  })
  const message = readXml(sample.xml.text)
  const { resources, missing } = readAnswer(contract, message, mapping, directory)
  const json = resources
    .map(({ stored }) => `${stored.bytes} ${JSON.stringify(stored.origin)}`)
    .join('\n')
  return { sample, message, schema, resources, missing, json }
}

const asIs: Edited = { text: () => undefined }

const isShown = ({ path }: SampleField) => !NOT_SHOWN.some((pattern) => pattern.test(path))

for (const contract of CONTRACTS) {
  const name = `${contract.question} ${contract.version}`
  const variants = [undefined, ...(ALTERNATIVES[contract.question] ?? [])]

  test(`${name}: a request has the form of its schema`, { skip }, () => {
    const schema = readSchema(schemaFile(contract.question, contract.version))
    const { shape } = contract
    const request = writeRequest(shape, {
      patient: PATIENT,
      careUnits: ['SE1-U', 'SE1-V'],
      ...(shape.giver && { careGivers: ['SE1-P'] }),
      period: { start: '20260101', end: '20261231' },
      sourceSystem: 'SE1-S',
      ...(shape.byContact && { careContactIds: ['1'] }),
    })
    assert.deepEqual(checkMessage(schema, readXml(request.text)), [])
  })

  test(`${name}: a record with everything becomes valid FHIR, its texts exact`, { skip }, () => {
    for (const variant of variants) {
      const { sample, message, schema, resources, missing, json } = resourcesOf(
        contract,
        asIs,
        variant,
      )
      assert.deepEqual(checkMessage(schema, message), [])
      assert.deepEqual(missing, [])
      assert.ok(resources.length > 0)
      const lost = sample.fields
        .filter(isShown)
        .filter(({ text }) => /^Text |^SE1-/.test(text))
        .filter(({ text }) => ![text, escapeHtml(text)].some((each) => json.includes(inJson(each))))
      assert.deepEqual(
        lost.map(({ path }) => path),
        [],
      )
    }
  })

  test(`${name}: every field is mapped or kept: another content gives another result`, {
    skip,
  }, () => {
    for (const variant of variants) {
      const { sample, message } = resourcesOf(contract, asIs, variant)
      const whole = mapped(contract, message)
      const fields = sample.fields.filter(isShown).filter(({ path }) => !SAME_AGAIN.test(path))
      const lost = fields.filter(({ path, text }) => {
        const [, ...names] = path.split('/')
        return mapped(contract, withText(message, names, different(text))) === whole
      })
      assert.deepEqual(
        lost.map(({ path }) => path),
        [],
      )
    }
  })

  test(`${name}: times are found as FHIR writes them`, { skip }, () => {
    const { sample, json } = resourcesOf(contract, asIs, undefined)
    const lost = sample.fields.filter(isShown).filter(({ text }) => {
      const meant = /^20\d{12}$/.test(text) ? toDateTime(text) : undefined
      if (meant === undefined) return false
      return ![`"${text}"`, meant, `"${meant.slice(0, 10)}"`].some((each) => json.includes(each))
    })
    assert.deepEqual(
      lost.map(({ path }) => path),
      [],
    )
  })
}

const inJson = (text: string) => JSON.stringify(text).slice(1, -1)

/** What the mapping alone makes of the items of a message, leftovers with it. */
function mapped(contract: Contract, message: XmlElement): string {
  const items = childrenOf(message).filter(({ name }) => name === contract.item)
  return JSON.stringify(
    items.map((item) => {
      const fields = fieldsOf(item)
      return [contract.toRecord(fields, mapping), fields.left()]
    }),
  )
}

/** The message with another text at a path of names, of which a sample has one each. */
function withText(element: XmlElement, names: readonly string[], text: string): XmlElement {
  const [name, ...inner] = names
  if (name === undefined) return { ...element, nodes: [text] }
  const nodes = element.nodes.map((node) =>
    typeof node !== 'string' && node.name === name ? withText(node, inner, text) : node,
  )
  return { ...element, nodes }
}

/** Another text of the same form. */
function different(text: string): string {
  if (text === 'true') return 'false'
  if (/^20\d{12}$/.test(text)) return `19${text.slice(2)}`
  if (/^20\d{6}$/.test(text)) return `19${text.slice(2)}`
  if (text === OID) return '1.2.752.999.8'
  if (/^\d/.test(text)) return text.replace(/^\d/, (digit) => (digit === '1' ? '2' : '1'))
  return `${text}x`
}
