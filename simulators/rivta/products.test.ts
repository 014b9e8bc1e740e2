import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import type { Contract, Question } from '../../src/systems/rivta/contracts/contract.ts'
import { contractOf } from '../../src/systems/rivta/contracts/contracts.ts'
import { writeRequest } from '../../src/systems/rivta/contracts/request.ts'
import { answer, readRequest, refusal } from '../../src/systems/rivta/provide/answer.ts'
import type { ContractVersion } from '../../src/systems/rivta/provide/producers.ts'
import { readXml } from '../../src/systems/rivta/soap/read-xml.ts'
import { childrenOf } from '../../src/systems/rivta/soap/xml-element.ts'
import { populate } from '../../tools/population/populate.ts'
import { productionOf } from './demo-production.ts'
import { numberOf, readDemoRecords } from './demo-records.ts'
import { MELIOR, MELIOR_PLUS, TAKECARE } from './products.ts'
import { checkMessage } from './schema/check-message.ts'
import { readSchema } from './schema/read-schema.ts'
import { schemaFile, schemasMissing } from './schema/schema-files.ts'

const skip = schemasMissing
const PERSONAL_NUMBER = '1.2.752.129.2.1.3.1'

const people = [...populate({ seed: 'test', patients: 24, until: '2026-11-24T13:05:00+01:00' })]
const resources: FhirResource[] = JSON.parse(
  JSON.stringify(people.filter(({ region }) => region === 'vgr').flatMap((part) => part.resources)),
)
const records = readDemoRecords(resources)

function contractIn(version: ContractVersion): Contract {
  const [question = '', major] = version.split(':')
  const contract = contractOf(question as Question, Number(major))
  if (!contract) throw new Error(`${version} is not a contract`)
  return contract
}

for (const profile of [MELIOR, MELIOR_PLUS, TAKECARE]) {
  test(`every message of ${profile.product} has the form of its schema`, { skip }, async () => {
    const items = new Map<string, number>()
    const databases = await profile.databases(records)
    const wrong: string[] = []
    for (const version of profile.contracts) {
      const contract = contractIn(version)
      const schema = readSchema(schemaFile(contract.question, contract.version))
      for (const patient of records.patients) {
        const asked = { root: PERSONAL_NUMBER, extension: numberOf(patient) ?? '' }
        const request = readRequest(readXml(writeRequest(contract.shape, { patient: asked }).text))
        for (const database of databases) {
          const production = productionOf({ records, database, profile }, request.patient)
          const message = readXml(
            answer(version, production, request, { system: database.hsaId, pageSize: 3 }).text,
          )
          wrong.push(...checkMessage(schema, message))
          const count = childrenOf(message).filter(({ name }) => name === contract.item).length
          items.set(version, (items.get(version) ?? 0) + count)
        }
      }
      wrong.push(...checkMessage(schema, readXml(refusal(version).text)))
    }
    for (const database of databases) database.close()
    assert.deepEqual([...new Set(wrong)], [])
    const notInDemo = /CarePlans|Functional|Referral/
    const empty = [...items].filter(([version, count]) => count === 0 && !notInDemo.test(version))
    assert.deepEqual(empty, [])
  })
}
