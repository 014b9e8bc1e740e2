import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { SCHEMA_FOLDER, schemasMissing } from '../../../../simulators/rivta/schema/schema-files.ts'
import { Problem } from '../../../fhir/problem.ts'
import type { Directory } from '../directory.ts'
import { fieldsOf } from '../mapping/fields.ts'
import type { Mapping } from '../mapping/mapping.ts'
import { escapeHtml } from '../mapping/note-html.ts'
import { readAnswer } from '../read-answer.ts'
import { decodeXmlText } from '../soap/decode-text.ts'
import { isFault, readEnvelope } from '../soap/envelope.ts'
import { childrenOf, textOf, type XmlElement } from '../soap/xml-element.ts'
import type { Contract } from './contract.ts'
import { CONTRACTS } from './contracts.ts'

const skip = schemasMissing

/** Fields that are understood and left out on purpose, or that are part of an id, a time or a code made of them. */
const MEANT = /^(codeSystemName|sourceSystemHSAI?[dD]|root|type|codeSystem)$/

const directory: Directory = {
  organizationOf: () => undefined,
  organizations: [],
  originOf: ({ unit = 'SE1-U', provider = 'SE1-P' }) => ({ unit, provider }),
}

/** Answers among the published samples, with the contract each is of. Those whose XML is broken are counted apart. */
function samples() {
  const files = readdirSync(SCHEMA_FOLDER, { recursive: true, encoding: 'utf8' }).filter((file) =>
    /soapui_samples.*\.response\.xml$/.test(file),
  )
  return files.sort().flatMap((file) => {
    const text = decodeXmlText(readFileSync(path.join(SCHEMA_FOLDER, file)), undefined)
    try {
      const message = readEnvelope(text)
      if (isFault(message)) return []
      const { body } = message
      const contract = CONTRACTS.find(
        ({ shape }) =>
          shape.responder === body.namespace && `${shape.operation}Response` === body.name,
      )
      return contract ? [{ file, contract, body }] : []
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      return []
    }
  })
}

/** Whose record a sample says it is. */
function patientOf(contract: Contract, item: XmlElement) {
  const mapping = mappingOf({ root: '', extension: '' })
  const { patient } = contract.toRecord(fieldsOf(item), mapping).header
  return { root: patient.root ?? '', extension: patient.extension ?? '' }
}

function mappingOf(patient: Mapping['patient']): Mapping {
  return {
    patient,
    patientId: 'p1',
    idOf: (type, ...key) =>
      Buffer.from([type, ...key].join('|'))
        .toString('hex')
        .slice(-60),
    organizationOf: () => undefined,
  }
}

/** Every text of an item, with the name of its field. */
function textsIn(element: XmlElement): { readonly name: string; readonly text: string }[] {
  const own = textOf(element)
  const inner = childrenOf(element).flatMap(textsIn)
  return own.trim() === '' ? inner : [{ name: element.name, text: own }, ...inner]
}

test('the published samples are read without loss: each text is in what is made of it', {
  skip,
}, () => {
  const seen = new Map<string, number>()
  const lost: string[] = []
  for (const { file, contract, body } of samples()) {
    const items = childrenOf(body).filter(({ name }) => name === contract.item)
    for (const item of items) {
      const mapping = mappingOf(patientOf(contract, item))
      const { header, resources } = contract.toRecord(fieldsOf(item), mapping)
      const alone = { ...body, nodes: [item] }
      const reading = readAnswer(contract, alone, mapping, directory)
      const left = fieldsOf(item)
      contract.toRecord(left, mapping)
      const json = `${reading.resources.map(({ stored }) => String(stored.bytes)).join('\n')} ${JSON.stringify([header, resources, left.left()])}`
      lost.push(
        ...reading.missing.map(({ message }) => `${file}: ${message}`),
        ...textsIn(item)
          .filter(({ name }) => !MEANT.test(name))
          .filter(({ text }) => !isIn(json, text))
          .map(({ name, text }) => `${file}: ${name} ${text.slice(0, 80)}`),
      )
    }
    seen.set(contract.question, (seen.get(contract.question) ?? 0) + items.length)
  }
  assert.deepEqual(lost, [])
  assert.ok(
    [...seen.values()].reduce((sum, each) => sum + each, 0) > 100,
    JSON.stringify([...seen]),
  )
})

/** As it is, trimmed, escaped into narrative, or as the time or boolean that FHIR writes. */
function isIn(json: string, text: string): boolean {
  const trimmed = text.trim()
  const time = /^(\d{4})(\d\d)(\d\d)/.exec(trimmed)
  const candidates = [
    text,
    trimmed,
    trimmed.replace(/\s/g, ''),
    escapeHtml(text),
    ...(time ? [time.slice(1).join('-')] : []),
    ...(/^(true|false)$/.test(trimmed) ? [trimmed === 'true' ? 'true' : 'false'] : []),
  ]
  return candidates.some((each) => json.includes(JSON.stringify(each).slice(1, -1)))
}
