import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { after, before, test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import { profileOf } from '../../simulators/fhir-server/connect.ts'
import { COSMIC } from '../../simulators/fhir-server/cosmic.ts'
import {
  type FhirSimulator,
  startFhirSimulator,
} from '../../simulators/fhir-server/fhir-simulator.ts'
import { numberOf } from '../../simulators/rivta/demo-records.ts'
import { MELIOR } from '../../simulators/rivta/products.ts'
import { startRivtaSimulator } from '../../simulators/rivta/rivta-simulator.ts'
import { opensslMissing, selfSigned } from '../../simulators/rivta/self-signed.ts'
import { patientOf } from '../../src/fhir/search/patient-of.ts'
import { demoDirectory } from '../../src/identity/demo-directory.ts'
import { regionCommand } from '../../src/region-commands.ts'
import { recordsOf } from '../fhir-server.ts'
import { type Answer, type KarnaUnderTest, startKarna } from './karna-under-test.ts'

/*
 * The demo's eight regions become ten and then twenty-one, with a Cosmic of its own each, while the others are used; and a
 * region is tried in shadow before anybody is shown it.
 */

const JOINING = [
  ...['gotland', 'uppsala'],
  ...['ostergotland', 'jonkoping', 'kronoberg', 'kalmar', 'halland', 'varmland'],
  ...['vastmanland', 'dalarna', 'gavleborg', 'jamtland', 'norrbotten'],
]

let karna: KarnaUnderTest
let folder: string
/** One person's records, and who that is. */
let records: readonly FhirResource[]
let number: string
const simulators = new Map<string, FhirSimulator>()

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'karna-join-'))
  karna = await startKarna()
  const all = recordsOf('orebro', 40)
  const size = ({ id }: FhirResource) => all.filter((each) => patientOf(each) === id).length
  const patients = all.filter((each) => each.resourceType === 'Patient')
  const patient = patients.filter((each) => size(each) > 8).sort((a, b) => size(a) - size(b))[0]
  assert.ok(patient?.id)
  number = numberOf(patient) ?? ''
  records = all.filter((each) =>
    !NOT_A_PATIENTS.has(each.resourceType) ? patientOf(each) === patient.id : true,
  )
})
after(async () => {
  for (const simulator of simulators.values()) await simulator.close()
  rmSync(folder, { recursive: true })
})

const NOT_A_PATIENTS = new Set(['Organization', 'Practitioner', 'PractitionerRole'])

/** Writes a region down, with a Cosmic that has the person. */
async function prepare(id: string): Promise<void> {
  const simulator = await startFhirSimulator(COSMIC, records)
  simulators.set(id, simulator)
  const { url, token, provider, units } = profileOf(simulator, id, records)
  const patient = records.find((each) => each.resourceType === 'Patient')?.id ?? ''
  await karna.karna.operations.prepare({
    id,
    name: `Region ${id}`,
    kind: 'cosmic',
    settings: { url, tokenUrl: token.url, clientId: token.clientId, scope: '*', provider, units },
    agreement: { agreement: `A-${id}`, controller: '2321000000' },
    secrets: { client: Buffer.from(token.clientSecret) },
  })
  await karna.karna.live.persons.noteAll(id, [{ number, patient }])
}

async function join(id: string): Promise<void> {
  const { operations } = karna.karna
  await prepare(id)
  const { checks } = await operations.conform(id)
  const wrong = checks.filter(({ passed }) => !passed)
  assert.deepEqual(wrong, [], id)
  await operations.move(id, 'shadow')
  await operations.move(id, 'live')
}

/** Asks other regions and all of them without pause until it is stopped. */
function traffic() {
  const answers: Answer[] = []
  let goesOn = true
  const running = (async () => {
    while (goesOn) {
      answers.push(await karna.ask('anna.nystrom', 'GET', 'vgr/Patient?name=a&_count=5'))
      answers.push(await karna.ask('anna.nystrom', 'GET', `all/Patient?identifier=${number}`))
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  })()
  return {
    async stop() {
      goesOn = false
      await running
      return answers
    },
  }
}

const liveRegions = async () => {
  const regions = await karna.karna.operations.list()
  return regions.filter(({ id, state }) => state === 'live' && id !== 'sandbox').length
}

/** The regions that tell of the person, by the identifiers' order in one Patient: each says what it knows. */
async function answering(): Promise<number> {
  const { status, json } = await karna.ask(
    'anna.nystrom',
    'GET',
    `all/Patient?identifier=${number}`,
  )
  assert.equal(status, 200)
  assert.equal(json.entry.length, 1, 'one person, and nobody silent')
  const person = json.entry[0].resource.id
  return (await karna.karna.live.persons.whereIs(person)).length
}

test('seven regions become ten and then twenty-one under traffic, without a failed request', async () => {
  await karna.karna.operations.move('vasternorrland', 'paused')
  assert.equal(await liveRegions(), 7)
  const others = traffic()
  await karna.karna.operations.move('vasternorrland', 'live')
  for (const id of JOINING.slice(0, 2)) await join(id)
  assert.equal(await liveRegions(), 10)
  assert.equal(await answering(), 2)
  for (const id of JOINING.slice(2)) await join(id)
  assert.equal(await liveRegions(), 21)
  assert.equal(await answering(), JOINING.length)
  const answers = await others.stop()
  assert.deepEqual(
    answers.filter(({ status }) => status !== 200),
    [],
  )
  assert.ok(answers.length > 20, `${answers.length} requests`)
})

test('a region in shadow is compared and shown to nobody, and goes live only if it would be shown as it answers', async () => {
  const { operations, live } = karna.karna
  await prepare('aland')
  await operations.conform('aland')
  await assert.rejects(operations.move('aland', 'live'), { code: 'business-rule' })
  await operations.move('aland', 'shadow')
  assert.equal((await karna.ask('anna.nystrom', 'GET', 'aland/metadata')).status, 404)
  assert.equal(await liveRegions(), 21)
  const others = JOINING.map((id) => simulators.get(id)?.asked.length)
  const good = await operations.compare('aland')
  assert.deepEqual(
    JOINING.map((id) => simulators.get(id)?.asked.length),
    others,
    'nobody else’s system is asked for its sake',
  )
  assert.ok(good.compared > 5, `${good.compared}`)
  assert.deepEqual([good.different, good.silent, good.faults], [0, 0, []])
  await live.shadow.look()
  const [event] = await operations.events('aland')
  assert.equal(event?.event, 'compared')
  assert.deepEqual([event?.detail.rounds, event?.detail.compared], [1, good.compared])
  simulators.get('aland')?.setFault('down')
  await new Promise((resolve) => setTimeout(resolve, 1_100)) // an answer is used again for a second
  const bad = await operations.compare('aland')
  assert.ok(bad.silent > 0)
  await assert.rejects(operations.move('aland', 'live'), { code: 'business-rule' })
  simulators.get('aland')?.setFault('none')
  await new Promise((resolve) => setTimeout(resolve, 1_100))
  await operations.move('aland', 'live')
  assert.equal(await liveRegions(), 22)
  const began = Date.now()
  await operations.move('aland', 'shadow')
  assert.equal((await karna.ask('anna.nystrom', 'GET', 'aland/metadata')).status, 404)
  assert.ok(Date.now() - began < 2_000, 'back within seconds, and no restart')
})

test('a region is reached with the certificate of its agreement, which is watched over', {
  skip: opensslMissing,
}, async () => {
  const tls = selfSigned(folder, 'melior')
  const melior = await startRivtaSimulator(MELIOR, recordsOf('skane', 6), {
    ...tls,
    ca: tls.cert,
  })
  const file = path.join(folder, 'skane.json')
  const units = demoDirectory.units.filter(({ region }) => region === 'skane')
  const providers = demoDirectory.providers.filter(({ region }) => region === 'skane')
  const plan = (secrets: object) => ({
    id: 'skane',
    name: 'Region Skåne',
    kind: 'rivta',
    settings: {
      sources: melior.sources,
      provider: providers[0]?.hsaId,
      units,
      providers,
      ca: String(tls.cert),
    },
    secrets,
  })
  const lines: string[] = []
  const run = async (secrets: object) => {
    writeFileSync(file, JSON.stringify(plan(secrets)))
    await regionCommand(karna.karna.operations, ['join', file], (line) => lines.push(line))
    await karna.karna.live.refresh()
    return karna.karna.live.open('skane')?.legacy?.ping?.()
  }
  await assert.rejects(run({}), { code: 'transient' }, 'without a certificate it is not answered')
  const pem = { certificate: String(tls.cert), key: String(tls.key) }
  assert.equal(await run(pem), 'Melior 216')
  const { certificate } = (await karna.karna.live.registry.get('skane')) ?? {}
  assert.match(certificate?.sha256 ?? '', /^[0-9A-F:]{95}$/)
  const days = (Date.parse(certificate?.notAfter ?? '') - Date.now()) / 86_400_000
  assert.ok(days > 1 && days < 3)
  await assert.rejects(run({ certificate: 'not PEM', key: pem.key }), { code: 'invalid' })
  await melior.close()
})
