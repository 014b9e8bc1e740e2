import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { checkMessage } from '../../../../simulators/rivta/schema/check-message.ts'
import {
  fatesOf,
  mapping,
  PATIENT,
  reasonFor,
  sampleOf,
  type Variant,
  variantsOf,
} from '../../../../simulators/rivta/schema/contract-sample.ts'
import { readSchema } from '../../../../simulators/rivta/schema/read-schema.ts'
import { schemaFile, schemasMissing } from '../../../../simulators/rivta/schema/schema-files.ts'
import { coverageOf } from '../../../../tools/rivta-coverage/coverage.ts'
import type { Directory } from '../directory.ts'
import { escapeHtml } from '../mapping/note-html.ts'
import { toDateTime } from '../mapping/time.ts'
import { readAnswer } from '../read-answer.ts'
import { readXml } from '../soap/read-xml.ts'
import type { Contract } from './contract.ts'
import { CONTRACTS } from './contracts.ts'
import { writeRequest } from './request.ts'

const skip = schemasMissing

const directory: Directory = {
  organizationOf: () => undefined,
  organizations: [],
  originOf: ({ unit = 'SE1-U', provider = 'SE1-P' }) => ({ unit, provider }),
}

function resourcesOf(contract: Contract, variant: Variant) {
  const { fields, message } = sampleOf(contract, variant)
  const { resources, missing } = readAnswer(contract, message, mapping, directory)
  const json = resources
    .map(({ stored }) => `${stored.bytes} ${JSON.stringify(stored.origin)}`)
    .join('\n')
  return { fields: fields.filter((each) => !reasonFor(each)), message, resources, missing, json }
}

for (const contract of CONTRACTS) {
  const name = `${contract.question} ${contract.version}`

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
    for (const variant of variantsOf(contract)) {
      const schema = readSchema(schemaFile(contract.question, contract.version))
      const { fields, message, resources, missing, json } = resourcesOf(contract, variant)
      assert.deepEqual(checkMessage(schema, message), [])
      assert.deepEqual(missing, [])
      assert.ok(resources.length > 0)
      const lost = fields
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
    for (const variant of variantsOf(contract)) {
      const lost = [...fatesOf(contract, variant)].filter(([, fate]) => fate === 'lost')
      assert.deepEqual(lost, [])
    }
  })

  test(`${name}: times are found as FHIR writes them`, { skip }, () => {
    const { fields, json } = resourcesOf(contract, undefined)
    const lost = fields.filter(({ text }) => {
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

test('the report of what is mapped, kept and left out is of these contracts as they are', {
  skip,
}, () => {
  const written = JSON.parse(readFileSync('information-map/rivta-coverage.json', 'utf8'))
  const now = Object.fromEntries(
    CONTRACTS.map((each) => [`${each.question} ${each.version}`, coverageOf(each)]),
  )
  assert.deepEqual(written, now, 'npm run rivta-coverage writes it anew')
})
