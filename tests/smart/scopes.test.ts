import assert from 'node:assert/strict'
import { before, describe, it } from 'node:test'
import { fhir, letIn, type SmartUnderTest, startSmart } from './smart-under-test.ts'

const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category'
const LABORATORY = `patient/Observation.rs?category=${CATEGORY}|laboratory`

let smart: SmartUnderTest
before(async () => {
  smart = await startSmart()
})

const tokenWith = async (scope: string): Promise<string> =>
  (await letIn(smart, `launch/patient ${scope}`)).json.access_token

/** Ids of the observations in an answer. */
async function observations(below: string, token: string): Promise<string[]> {
  const { json } = await fhir(smart, below, token)
  const entries: { resource: { resourceType: string; id: string } }[] = json.entry ?? []
  return entries
    .filter(({ resource }) => resource?.resourceType === 'Observation')
    .map(({ resource }) => resource.id)
    .sort()
}

async function send(method: string, below: string, token: string, body: object): Promise<number> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' }
  const url = `${smart.origin}/fhir/${below}`
  return (await fetch(url, { method, headers, body: JSON.stringify(body) })).status
}

describe('a scope', () => {
  it('opens its type of the patient in context, and nothing else', async () => {
    const token = await tokenWith('patient/Observation.rs')
    assert.deepEqual(await observations('vgr/Observation?patient=p1', token), ['lab1', 'vital1'])
    assert.equal((await fhir(smart, 'vgr/Observation/lab1', token)).status, 200)
    for (const below of ['Encounter/e1', 'Patient/p1', 'Observation/lab2']) {
      assert.notEqual((await fhir(smart, `vgr/${below}`, token)).status, 200, below)
    }
    assert.deepEqual(await observations('vgr/Observation?patient=p2', token), [])
    assert.deepEqual(await observations('vgr/Observation', token), ['lab1', 'vital1'])
  })

  it('of version 1 means the same', async () => {
    const token = await tokenWith('patient/Observation.read')
    assert.deepEqual(await observations('vgr/Observation?patient=p1', token), ['lab1', 'vital1'])
    assert.notEqual((await fhir(smart, 'vgr/Encounter/e1', token)).status, 200)
  })

  it('to read is none to search, nor the other way', async () => {
    const reads = await tokenWith('patient/Observation.r')
    assert.equal((await fhir(smart, 'vgr/Observation/lab1', reads)).status, 200)
    assert.notEqual((await fhir(smart, 'vgr/Observation?patient=p1', reads)).status, 200)
    const searches = await tokenWith('patient/Observation.s')
    assert.notEqual((await fhir(smart, 'vgr/Observation/lab1', searches)).status, 200)
    assert.deepEqual(await observations('vgr/Observation?patient=p1', searches), ['lab1', 'vital1'])
  })

  it('to read is none to write', async () => {
    const token = await tokenWith('patient/Observation.rs')
    const resource = {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: 'Patient/p1' },
    }
    assert.equal(await send('POST', 'vgr/Observation', token, resource), 403)
    assert.ok(
      [403, 404].includes(
        await send('PUT', 'vgr/Observation/lab1', token, { ...resource, id: 'lab1' }),
      ),
    )
    const writer = await tokenWith('patient/Observation.crus')
    assert.equal(await send('POST', 'vgr/Observation', writer, resource), 201)
  })
})

const narrow = () => tokenWith(`${LABORATORY} patient/Patient.rs patient/Encounter.rs`)

describe('a granular constraint', () => {
  let token: string
  before(async () => {
    token = await narrow()
  })

  it('limits searches and their totals', async () => {
    assert.deepEqual(
      await observations('vgr/Observation?patient=p1&status=final&code:text=laboratory', token),
      ['lab1'],
    )
    assert.deepEqual(
      await observations('vgr/Observation?patient=p1&category=vital-signs', token),
      [],
    )
    const { json } = await fhir(
      smart,
      'vgr/Observation?patient=p1&category=vital-signs&_total=accurate',
      token,
    )
    assert.equal(json.total, 0)
  })

  it('limits reads, versions and history', async () => {
    assert.equal((await fhir(smart, 'vgr/Observation/lab1', token)).status, 200)
    for (const below of [
      'Observation/vital1',
      'Observation/vital1/_history',
      'Observation/vital1/_history/1',
    ]) {
      assert.equal((await fhir(smart, `vgr/${below}`, token)).status, 404, below)
    }
    assert.ok(!(await observations('vgr/Observation/_history', token)).includes('vital1'))
  })

  it('limits what is included, either way', async () => {
    const reverse = await observations('vgr/Patient?_id=p1&_revinclude=Observation:subject', token)
    assert.ok(reverse.includes('lab1'))
    assert.ok(!reverse.includes('vital1'))
    const forward = await observations(
      'vgr/Observation?_id=lab1&patient=p1&_include=Observation:has-member',
      token,
    )
    assert.deepEqual(forward, ['lab1'])
  })
})

describe('a granular constraint in one of several requests', () => {
  it('limits each entry of a batch', async () => {
    const token = await narrow()
    const get = (url: string) => ({ request: { method: 'GET', url } })
    const bundle = {
      resourceType: 'Bundle',
      type: 'batch',
      entry: [
        get('Observation/lab1'),
        get('Observation/vital1'),
        get('Observation?patient=p1&category=vital-signs'),
      ],
    }
    const response = await fetch(`${smart.origin}/fhir/vgr`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/fhir+json' },
      body: JSON.stringify(bundle),
    })
    const { entry } = (await response.json()) as {
      entry: { response: { status: string }; resource?: { entry?: object[] } }[]
    }
    assert.match(entry[0]?.response.status ?? '', /^200/)
    assert.match(entry[1]?.response.status ?? '', /^404/)
    assert.equal(entry[2]?.resource?.entry, undefined)
  })

  it('beside another is one of two ways in', async () => {
    const both = await tokenWith(
      `${LABORATORY} patient/Observation.rs?category=${CATEGORY}|vital-signs`,
    )
    assert.deepEqual(
      await observations('vgr/Observation?patient=p1&category=vital-signs,laboratory', both),
      ['lab1', 'vital1'],
    )
  })
})
