import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import { recordsOf } from '../../../../tests/fhir-server.ts'
import type { StoredResource } from '../../../fhir/record-system.ts'
import { patientOf } from '../../../fhir/search/patient-of.ts'
import { issuesOf } from '../../../fhir/validation/validate.ts'
import { readXml } from '../soap/read-xml.ts'
import { childrenOf } from '../soap/xml-element.ts'
import { type ContractVersion, PRODUCERS } from './producers.ts'
import { createRivtaProvider } from './rivta-provider.ts'

/* Whatever FHIR allows in a record of ours, an answer about it can be read. */

const ROUNDS = 1_500
const TEXTS = ['x\u0001y', 'a\ud800b', ' ', ']]>', '&amp;', '2026', '2026-03', '-0', '😀', '\r\n']

type Node = Record<string, unknown> | unknown[]
const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null

/** Every place in a value: what it's in, and its name there. */
function placesIn(value: unknown): { readonly holder: Node; readonly name: string }[] {
  if (!isNode(value)) return []
  return Object.entries(value).flatMap(([name, each]) => [
    { holder: value, name },
    ...placesIn(each),
  ])
}

const KEPT = /^(resourceType|id|subject|patient)$/

/** The same record with something taken out of it, or another text in it. */
function mutated(text: string, random: (below: number) => number): FhirResource {
  const value = JSON.parse(text)
  for (let change = 0; change <= random(3); change++) {
    const places = placesIn(value).filter(({ name }) => !KEPT.test(name))
    const place = places[random(places.length)]
    if (!place) continue
    const { holder, name } = place
    if (Array.isArray(holder)) holder.splice(Number(name), holder.length > 1 ? 1 : 0)
    else if (typeof holder[name] === 'string' && random(2)) {
      holder[name] = TEXTS[random(TEXTS.length)]
    } else delete holder[name]
  }
  return value
}

function stored(resource: FhirResource): StoredResource {
  const { resourceType: type, id = '' } = resource
  return {
    key: { type, id },
    version: '1',
    lastUpdated: '2026-11-01T08:00:00.000Z',
    origin: {
      ...{ type, patient: patientOf(resource), unit: 'SE1-U', provider: 'SE1-P' },
      ...{ process: undefined, labels: [], from: undefined, to: undefined },
    },
    bytes: Buffer.from(JSON.stringify(resource)),
    method: 'create',
  }
}

function requestOf(version: ContractVersion) {
  const [operation, major] = version.split(':')
  const space = `urn:riv:${PRODUCERS[version].domain}`
  const ids = ['id', 'extension'].map((name) => `<c:${name}>191212121212</c:${name}>`).join('')
  const roots = ['type', 'root']
    .map((name) => `<c:${name}>1.2.752.129.2.1.3.1</c:${name}>`)
    .join('')
  return readXml(
    `<u:${operation} xmlns:u="${space}:${operation}Responder:${major}" xmlns:c="${space}:${major}"><u:patientId>${ids}${roots}</u:patientId></u:${operation}>`,
  )
}

test('an answer is well-formed whatever valid record it is about', async () => {
  let seed = 20_261_125
  const random = (below: number) => {
    seed = (seed * 48_271) % 2_147_483_647
    return seed % below
  }
  const texts = recordsOf('vgr', 20)
    .filter(({ resourceType }) => resourceType !== 'Patient')
    .map((each) => JSON.stringify(each))
  const versions = Object.keys(PRODUCERS) as ContractVersion[]
  let items = 0
  for (let round = 0; round < ROUNDS; round++) {
    const resource = mutated(texts[random(texts.length)] ?? '', random)
    const patient = patientOf(resource)
    if (patient === undefined || issuesOf(resource).length > 0) continue
    const version = versions[random(versions.length)] ?? 'GetDiagnosis:2'
    const answer = createRivtaProvider({
      system: 'SE1-S',
      contracts: [version],
      pageSize: 100,
      version: 'Kärna 1.2',
      disclose: async () => ({ patients: [patient], records: [stored(resource)], issues: [] }),
    })
    const caller = { certificate: undefined, originalConsumer: undefined }
    const { text } = await answer({ logicalAddress: 'SE1-S', body: requestOf(version) }, caller)
    items += childrenOf(readXml(text)).filter(({ name }) => name === PRODUCERS[version].item).length
  }
  assert.ok(items > 50, String(items))
})
