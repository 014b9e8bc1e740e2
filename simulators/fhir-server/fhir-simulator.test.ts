import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Bundle, Condition, FhirResource } from 'fhir/r4'
import { populate } from '../../tools/population/populate.ts'
import { COSMIC } from './cosmic.ts'
import { type FhirSimulator, startFhirSimulator } from './fhir-simulator.ts'
import { MILLENNIUM } from './millennium.ts'

let millennium: FhirSimulator
let cosmic: FhirSimulator
let patient: string
let number: string

before(async () => {
  const resources = recordsOf('sormland')
  millennium = await startFhirSimulator(MILLENNIUM, resources)
  cosmic = await startFhirSimulator(COSMIC, resources)
  const counts = new Map<string, number>()
  for (const each of resources) {
    if (each.resourceType !== 'Observation') continue
    const id = each.subject?.reference?.split('/')[1] ?? ''
    counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  patient = [...counts].sort(([, a], [, b]) => b - a)[0]?.[0] ?? ''
  const found = resources.find(({ id }) => id === patient)
  number = (found?.resourceType === 'Patient' && found.identifier?.[0]?.value) || ''
})
after(async () => {
  await millennium.close()
  await cosmic.close()
})

function recordsOf(region: string): FhirResource[] {
  const options = { seed: 'karna', patients: 60, until: '2026-11-24T13:05:00+01:00' }
  return [...populate(options)].flatMap((part) => (part.region === region ? part.resources : []))
}

async function tokenOf(simulator: FhirSimulator, more: Record<string, string> = {}) {
  const answer = await fetch(simulator.tokenUrl, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: simulator.client.id,
      client_secret: simulator.client.secret,
      ...more,
    }),
  })
  return ((await answer.json()) as { access_token: string }).access_token
}

async function ask(simulator: FhirSimulator, path: string, init: RequestInit = {}) {
  const token = await tokenOf(simulator)
  const response = await fetch(path.startsWith('http') ? path : `${simulator.url}/${path}`, {
    ...init,
    headers: {
      Authorization: `Bearer ${token}`,
      Accept: 'application/fhir+json',
      ...init.headers,
    },
  })
  const text = await response.text()
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text), response }
}

test('nothing is answered without a token, nor with one that has ended', async () => {
  assert.equal((await fetch(`${cosmic.url}/Patient?family=x`)).status, 401)
  cosmic.setTokenSeconds(0)
  assert.equal((await ask(cosmic, 'Patient?family=x')).status, 401)
  cosmic.setTokenSeconds(600)
  assert.equal((await ask(cosmic, 'Patient?family=x')).status, 200)
})

test('Millennium lists nothing without a patient, and combines _id with nothing', async () => {
  assert.equal((await ask(millennium, 'Observation?category=laboratory')).status, 400)
  assert.equal((await ask(millennium, `Condition?_id=x&patient=${patient}`)).status, 400)
  assert.equal((await ask(millennium, `Condition?patient=${patient}`)).status, 200)
  assert.equal((await ask(millennium, `Patient?identifier=${number}`)).json.entry.length, 1)
})

test('Millennium wants dates with times, and one owner, of an Appointment', async () => {
  const at = encodeURIComponent('ge2020-01-01T00:00:00+01:00')
  assert.equal((await ask(millennium, `Appointment?patient=${patient}`)).status, 400)
  assert.equal(
    (await ask(millennium, `Appointment?patient=${patient}&date=ge2020-01-01`)).status,
    400,
  )
  assert.equal((await ask(millennium, `Appointment?patient=${patient}&date=${at}`)).status, 200)
})

test('Millennium answers JSON alone, and another tenant not at all', async () => {
  assert.equal((await ask(millennium, 'metadata', { headers: { Accept: '*/*' } })).status, 406)
  const elsewhere = new URL('/r4/another/Patient', millennium.url).href
  assert.equal((await ask(millennium, elsewhere)).status, 403)
})

test('Millennium pages by opaque links, at most 200, and repeats an id on the next page', async () => {
  const first = await ask(millennium, `Observation?patient=${patient}&_count=3`)
  const ids = ({ entry = [] }: Bundle) => entry.map(({ resource }) => resource?.id)
  const next = first.json.link.find((link: { relation: string }) => link.relation === 'next').url
  assert.match(next, /-pageContext=/)
  const second = await ask(millennium, next)
  assert.equal(ids(first.json).length, 3)
  assert.equal(ids(second.json)[0], ids(first.json)[2])
})

test('Millennium tells the care unit in Provenance, and has codes of its own', async () => {
  const { json } = await ask(
    millennium,
    `Observation?patient=${patient}&_revinclude=Provenance:target&_count=1`,
  )
  const [observation, provenance] = json.entry.map(
    ({ resource }: { resource: unknown }) => resource,
  )
  assert.equal(observation.meta.source, undefined)
  assert.equal(observation.code.coding[0].userSelected, true)
  assert.match(provenance.agent[0].who.identifier.value, /^SE2321000032-E/)
})

test('Millennium takes what it knows with the right version, and says 422 and 409 to the rest', async () => {
  const body = (more: object) =>
    JSON.stringify({
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code: '8867-4' }], text: 'Puls' },
      subject: { reference: `Patient/${patient}` },
      ...more,
    })
  const post = (more: object) =>
    ask(millennium, 'Observation', { method: 'POST', body: body(more) })
  assert.equal((await post({ focus: [{ reference: 'Patient/1' }] })).status, 422)
  assert.equal((await post({ modifierExtension: [{ url: 'x' }] })).status, 422)
  const made = await post({ valueQuantity: { value: 71 } })
  assert.equal(made.status, 201)
  const at = made.response.headers.get('location') ?? ''
  const put = (version: string) =>
    ask(millennium, at, { method: 'PUT', body: body({}), headers: { 'If-Match': version } })
  assert.equal((await put('W/"9"')).status, 409)
  assert.equal((await put('W/"1"')).status, 200)
})

test('Cosmic reads few types by id, knows few parameters, and gives everybody’s records', async () => {
  const all = await ask(cosmic, 'Condition?_count=100')
  assert.ok(
    new Set(
      all.json.entry.map((each: { resource: { subject: object } }) =>
        JSON.stringify(each.resource.subject),
      ),
    ).size > 1,
  )
  assert.equal((await ask(cosmic, `Condition/${all.json.entry[0].resource.id}`)).status, 405)
  assert.equal((await ask(cosmic, `Condition?patient=${patient}`)).status, 400)
  assert.equal((await ask(cosmic, `Composition?subject=${patient}`)).status, 404)
  assert.equal((await ask(cosmic, `Appointment?patient=${patient}`)).status, 400)
})

test('Cosmic shows one patient only to a token of the patient’s scope', async () => {
  const token = await tokenOf(cosmic, { scope: 'patient/*.read', patient })
  const answer = await fetch(`${cosmic.url}/Condition?_count=100`, {
    headers: { Authorization: `Bearer ${token}` },
  })
  const { entry } = (await answer.json()) as Bundle<Condition>
  const owners = entry?.map(({ resource }) => resource?.subject.reference)
  assert.deepEqual([...new Set(owners)], [`Patient/${patient}`])
})

test('faults are switched while it runs', async () => {
  cosmic.setFault('fault', 'Condition')
  assert.equal((await ask(cosmic, `Condition?subject=${patient}`)).status, 500)
  assert.equal((await ask(cosmic, `Encounter?subject=${patient}`)).status, 200)
  cosmic.setFault('down', 'Condition')
  await assert.rejects(ask(cosmic, `Condition?subject=${patient}`))
  cosmic.setFault('truncated', 'Condition')
  await assert.rejects(ask(cosmic, `Condition?subject=${patient}`), SyntaxError)
  cosmic.setFault('none', 'Condition')
  assert.equal((await ask(cosmic, `Condition?subject=${patient}`)).status, 200)
})
