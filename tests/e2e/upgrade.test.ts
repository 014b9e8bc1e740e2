import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FhirResource, Patient } from 'fhir/r4'
import { numberOf } from '../../simulators/rivta/demo-records.ts'
import { MELIOR, MELIOR_PLUS } from '../../simulators/rivta/products.ts'
import type { ProductProfile } from '../../simulators/rivta/profile.ts'
import { type RivtaSimulator, startRivtaSimulator } from '../../simulators/rivta/rivta-simulator.ts'
import { demoDirectory } from '../../src/identity/demo-directory.ts'
import type { RegionPlan } from '../../src/systems/registry/registry.ts'
import { recordsOf } from '../fhir-server.ts'
import { type Answer, type KarnaUnderTest, startKarna } from './karna-under-test.ts'

/* Skåne moves from Melior, with its two databases and older contracts, to Melior+ while its records are being read. */

const TYPES = ['Condition', 'Encounter', 'MedicationRequest', 'Composition', 'Immunization']

let karna: KarnaUnderTest
let records: FhirResource[]
const simulators: RivtaSimulator[] = []

before(async () => {
  karna = await startKarna()
  records = recordsOf('skane', 40)
})
after(async () => {
  for (const simulator of simulators) await simulator.close()
})

/** Has the region run a product, as its administrators would write it down. */
async function run(product: ProductProfile): Promise<RivtaSimulator> {
  const simulator = await start(product)
  await karna.karna.live.registry.put(planFor(simulator))
  await karna.karna.live.refresh()
  return simulator
}

async function start(product: ProductProfile): Promise<RivtaSimulator> {
  const simulator = await startRivtaSimulator(product, records)
  simulators.push(simulator)
  return simulator
}

function planFor(simulator: RivtaSimulator): RegionPlan {
  const units = demoDirectory.units.filter(({ region }) => region === 'skane')
  const providers = demoDirectory.providers.filter(({ region }) => region === 'skane')
  const sources = simulator.sources.map((each) => ({ ...each, contracts: [...each.contracts] }))
  const settings = { sources, provider: providers[0]?.hsaId, units, providers }
  return { id: 'skane', name: 'Region Skåne', kind: 'rivta', settings }
}

const headers = { 'x-karna-reason': 'Konsult' }
const read = (type: string, patient: string) =>
  karna.ask(
    'sara.lindgren',
    'GET',
    `skane/${type}?patient=${patient}&_count=500`,
    undefined,
    headers,
  )

/** Reads on, several at a time, until it is stopped. */
function traffic(patient: string) {
  const answers: { readonly type: string; readonly answer: Answer }[] = []
  let goesOn = true
  const reader = async (type: string) => {
    while (goesOn) {
      answers.push({ type, answer: await read(type, patient) })
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  const running = Promise.all(TYPES.map(reader))
  return {
    answers,
    async stop() {
      goesOn = false
      await running
    },
  }
}

/** What an app would see: which resources, and whether anything is said to be missing. */
function shown({ status, json }: Answer): string {
  const entry: { resource: FhirResource }[] = json.entry ?? []
  const names = entry.map(({ resource }) =>
    resource.resourceType === 'OperationOutcome' ? 'something is missing' : resource.id,
  )
  return JSON.stringify([status, names.sort()])
}

test('a region is moved from Melior to Melior+ under traffic: no request fails, and no app notices', async () => {
  const melior = await run(MELIOR)
  const patient = await someone()
  const first = new Map<string, string>()
  for (const type of TYPES) first.set(type, shown(await read(type, patient)))
  const reading = traffic(patient)
  await untilMore(reading.answers)
  assert.equal(await versionSeen(), 'Melior 216')
  const plus = await run(MELIOR_PLUS)
  await untilMore(reading.answers, 8)
  assert.equal(await versionSeen(), 'Melior+ 1')
  await melior.close()
  await untilMore(reading.answers, 8)
  await reading.stop()
  const noticed = reading.answers.filter(({ type, answer }) => shown(answer) !== first.get(type))
  assert.deepEqual(
    noticed.map(({ type, answer }) => `${type} ${shown(answer).slice(0, 200)}`),
    [],
  )
  assert.ok(reading.answers.length > 50, `${reading.answers.length} requests`)
  assert.ok(plus.asked.some((each) => each.startsWith('GetCareDocumentation:3')))
  assert.ok((first.get('Condition') ?? '').length > 50, 'there was something to see')
})

test('a change that does not do is refused unnoticed, and one that does is taken back within a second', async () => {
  const { operations, live } = karna.karna
  const patient = await someone()
  await live.persons.noteAll('skane', [{ number: numberOfSomeone(), patient }])
  const before = shown(await read('Condition', patient))
  const reading = traffic(patient)
  const broken = await start(MELIOR)
  broken.setFault('down')
  await assert.rejects(operations.change(planFor(broken)), { code: 'conflict' })
  await assert.rejects(operations.prepare(planFor(broken)), { code: 'business-rule' })
  assert.equal(await versionSeen(), 'Melior+ 1')
  await operations.change(planFor(await start(MELIOR)))
  assert.equal(await versionSeen(), 'Melior 216')
  await untilMore(reading.answers)
  const began = Date.now()
  await operations.changeBack('skane')
  assert.ok(Date.now() - began < 1_000)
  assert.equal(await versionSeen(), 'Melior+ 1')
  await untilMore(reading.answers)
  await reading.stop()
  const conditions = reading.answers.filter(({ type }) => type === 'Condition')
  assert.deepEqual([...new Set(conditions.map(({ answer }) => shown(answer)))], [before])
  assert.equal(reading.answers.filter(({ answer }) => answer.status !== 200).length, 0)
})

/** What the region says that it runs, as the page of the regions has it. */
async function versionSeen(): Promise<string | undefined> {
  const { watch, samples } = karna.karna.live
  await watch.look()
  return (await samples.measured()).get('skane')?.version
}

/** The id of somebody with notes and drugs. */
async function someone(): Promise<string> {
  const url = `skane/Patient?identifier=${numberOfSomeone()}`
  const { json } = await karna.ask('sara.lindgren', 'GET', url)
  return json.entry[0].resource.id
}

function numberOfSomeone(): string {
  const busy = records.filter(
    (each): each is Patient =>
      each.resourceType === 'Patient' &&
      ['Composition', 'MedicationRequest'].every((type) =>
        records.some(
          (other) =>
            other.resourceType === type && JSON.stringify(other).includes(`"Patient/${each.id}"`),
        ),
      ),
  )
  const number = busy[0] && numberOf(busy[0])
  assert.ok(number)
  return number
}

/** Until every reader has come round a few times more. */
async function untilMore(answers: readonly unknown[], rounds = 2): Promise<void> {
  const wanted = answers.length + rounds * TYPES.length
  while (answers.length < wanted) await new Promise((resolve) => setTimeout(resolve, 10))
}
