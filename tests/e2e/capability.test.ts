import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { parseJson } from '../../src/fhir/json/parse.ts'
import { validResource } from '../../src/fhir/validation/validate.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

interface Declared {
  readonly type: string
  readonly interaction: readonly { readonly code: string }[]
  readonly searchParam: readonly { readonly name: string; readonly type: string }[]
  readonly searchInclude: readonly string[]
  readonly searchRevInclude?: readonly string[]
}

let karna: KarnaUnderTest
let declared: readonly Declared[]
before(async () => {
  karna = await startKarna()
  declared = (await get('metadata')).json.rest[0].resource
})

const get = (path: string) => karna.ask('sandbox', 'GET', `sandbox/${path}`)

/** A value that any parameter of the kind takes. */
const VALUES: Readonly<Record<string, string>> = {
  token: 'urn:s|code',
  string: 'text',
  reference: 'http://elsewhere/fhir/Thing/1',
  date: 'ge2024-01-01',
  number: 'lt0.5',
  quantity: '5.4|http://unitsofmeasure.org|mg',
  uri: 'http://a.se/x',
}

const MODIFIERS: Readonly<Record<string, readonly string[]>> = {
  token: ['not', 'text'],
  string: ['exact', 'contains'],
  reference: ['identifier'],
  uri: ['above', 'below'],
}

/** More are refused in one search. */
const MOST_CONDITIONS = 50

async function answered(path: string): Promise<void> {
  const answer = await get(path)
  assert.equal(answer.status, 200, `${path}: ${answer.text.slice(0, 300)}`)
}

test('the statement itself is an R4 resource, and HEAD asks for it too', async () => {
  for (const region of ['sandbox', 'all']) {
    const { text } = await karna.ask('sandbox', 'GET', `${region}/metadata`)
    assert.equal(validResource(parseJson(Buffer.from(text))).type, 'CapabilityStatement')
  }
  assert.equal((await karna.ask('sandbox', 'HEAD', 'sandbox/metadata')).status, 200)
})

test('every search parameter that is declared is answered, with every modifier of its kind', async () => {
  let count = 0
  for (const { type, searchParam } of declared) {
    const plain = searchParam.map(({ name, type: kind }) =>
      name === '_id' ? '_id=a' : `${name}=${VALUES[kind]}`,
    )
    const changed = searchParam
      .filter(({ name }) => name !== '_id')
      .flatMap(({ name, type: kind }) => [
        `${name}:missing=false`,
        ...(MODIFIERS[kind] ?? []).map((modifier) => `${name}:${modifier}=${VALUES[kind]}`),
      ])
    const conditions = [...plain, ...changed]
    for (let from = 0; from < conditions.length; from += MOST_CONDITIONS) {
      await answered(`${type}?${conditions.slice(from, from + MOST_CONDITIONS).join('&')}`)
    }
    count += searchParam.length
  }
  assert.ok(count > 1_500, String(count))
})

test('every search parameter that is declared can be sorted by', async () => {
  for (const { type, searchParam } of declared) {
    const names = searchParam.map(({ name }, index) => (index % 2 === 0 ? name : `-${name}`))
    for (let from = 0; from < names.length; from += 6) {
      await answered(`${type}?_sort=${names.slice(from, from + 6).join(',')}`)
    }
  }
})

test('every include that is declared is answered', async () => {
  for (const { type, searchInclude, searchRevInclude = [] } of declared) {
    const includes = searchInclude.map((name) => `_include=${name}&_include:iterate=${name}`)
    await answered(
      `${type}?${includes.join('&').replaceAll('_include:iterate=*&', '').replace('&_include:iterate=*', '')}`,
    )
    const reverse = searchRevInclude.map((name) => `_revinclude=${name}`)
    if (reverse.length > 0) await answered(`${type}?${reverse.join('&')}`)
  }
})

test('every interaction that is declared is answered', async () => {
  for (const { type, interaction } of declared) {
    const codes = interaction.map(({ code }) => code)
    const absent = await get(`${type}/absent`)
    assert.equal(absent.status, codes.includes('read') ? 404 : 400, type)
    await answered(`${type}/_history`)
    assert.equal((await get(`${type}/absent/_history/1`)).status, 404, type)
    const removed = await karna.ask('sandbox', 'DELETE', `sandbox/${type}/absent`)
    assert.equal(removed.status, 204, type)
  }
})

test('what is not declared is refused', async () => {
  for (const path of ['Patient?colour=red', 'Patient?_text=x', 'Patient?name:below=x', 'Colour']) {
    const answer = await get(path)
    assert.ok(answer.status === 400 || answer.status === 404, path)
    assert.equal(answer.json.resourceType, 'OperationOutcome')
  }
})
