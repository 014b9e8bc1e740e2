import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { Bundle, Condition, FhirResource, Patient } from 'fhir/r4'
import { numberOf } from '../../simulators/rivta/demo-records.ts'
import { MELIOR } from '../../simulators/rivta/products.ts'
import { type RivtaSimulator, startRivtaSimulator } from '../../simulators/rivta/rivta-simulator.ts'
import { type Answering, disclosedByGate } from '../../src/disclosed-by-gate.ts'
import { demoDirectory } from '../../src/identity/demo-directory.ts'
import { holdersOfNumber } from '../../src/law/patients-with-number.ts'
import { createFeed, type FeedTarget } from '../../src/systems/hl7v2/feed.ts'
import { recordsOf } from '../fhir-server.ts'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

/* A region on Melior with our own store beside it, where the admission system tells that two numbers are one person. */

let karna: KarnaUnderTest
let melior: RivtaSimulator
let target: FeedTarget
let former: string
let surviving: string
let [formerId, survivingId] = ['', '']
let control = 0

before(async () => {
  const records = recordsOf('skane', 40)
  melior = await startRivtaSimulator(MELIOR, records)
  const [one, other] = withDiagnoses(records)
  assert.ok(one && other)
  ;[former, surviving] = [one, other]
  karna = await startKarna()
  target = karna.karna.loadTarget('skane') // as a feed that was opened before the region's system was connected
  const inSkane = ({ region }: { readonly region: string }) => region === 'skane'
  const units = demoDirectory.units.filter(inSkane)
  const providers = demoDirectory.providers.filter(inSkane)
  const sources = melior.sources.map((each) => ({ ...each, contracts: [...each.contracts] }))
  const { registry, refresh, persons } = karna.karna.live
  await registry.put({
    id: 'skane',
    name: 'Region Skåne',
    kind: 'rivta',
    settings: { sources, provider: providers[0]?.hsaId, units, providers },
  })
  await refresh()
  const idOf = async (number: string) => {
    const { json } = await ask(`skane/Patient?identifier=${number}`)
    return json.entry[0].resource.id as string
  }
  ;[formerId, survivingId] = [await idOf(former), await idOf(surviving)]
  await persons.note({ number: former, region: 'skane', patient: formerId })
})
after(() => melior.close())

/** Two people's numbers, each with a diagnosis in Melior. */
function withDiagnoses(records: readonly FhirResource[]): readonly string[] {
  const subjects = new Set(
    records.flatMap((each) => (each.resourceType === 'Condition' ? each.subject.reference : [])),
  )
  return records
    .filter(
      (each): each is Patient =>
        each.resourceType === 'Patient' && subjects.has(`Patient/${each.id}`),
    )
    .flatMap((each) => numberOf(each) ?? [])
    .slice(0, 2)
}

const ask = (path: string) =>
  karna.ask('sara.lindgren', 'GET', path, undefined, { 'x-karna-reason': 'Konsult' })

async function conditions(patient: string, region = 'skane', more = '') {
  const { json, status } = await ask(`${region}/Condition?patient=${patient}&_count=200${more}`)
  assert.equal(status, 200, JSON.stringify(json))
  const found = ((json as Bundle<FhirResource>).entry ?? []).flatMap(({ resource }) =>
    resource?.resourceType === 'Condition' ? [resource] : [],
  )
  return { found, total: json.total as number | undefined }
}

const textsOf = (found: readonly Condition[]) =>
  found.map(({ code, recordedDate }) => JSON.stringify([code, recordedDate])).sort()

const pid = (number: string) => `PID|1||${number}^^^SKV^NNSWE||Östlund^Åsa||19121212|F`
async function send(event: string, ...lines: string[]): Promise<string> {
  const [unit] = demoDirectory.units.filter(({ region }) => region === 'skane')
  const feed = createFeed({
    target,
    unit: unit?.hsaId ?? '',
    unitOf: () => undefined,
    now: Date.now,
  })
  const msh = `MSH|^~\\&|PAS|SU|KARNA|RS|20261124083000||ADT^${event}|M${++control}|P|2.5||||||8859/1`
  return String(
    await feed.take(Buffer.from([msh, `EVN|${event}|2026`, ...lines].join('\r'), 'latin1')),
  )
}

const admission = (contact: string) =>
  `PV1|1|I|Avd||||||||||||||||${contact}^^^SU|||||||||||||||||||||||||20261124081500`

test('a feed beside Melior admits whom Melior knows, and leaves who they are to it', async () => {
  assert.match(await send('A01', pid(former), admission('V1')), /MSA\|AA/)
  assert.match(await send('A01', pid(surviving), admission('V2')), /MSA\|AA/)
  const { json } = await ask(`skane/Encounter?patient=${formerId}&_count=200`)
  const ids = json.entry.map(({ resource }: { resource: FhirResource }) => JSON.stringify(resource))
  assert.ok(ids.some((each: string) => each.includes('V1')))
})

test('after a merge all that Melior files under either number is the one person’s record', async () => {
  const [before, other] = [await conditions(formerId), await conditions(survivingId)]
  assert.ok(before.found.length > 0 && other.found.length > 0)
  assert.match(await send('A40', pid(surviving), `MRG|${former}^^^SKV^NNSWE`), /MSA\|AA/)

  const { found, total } = await conditions(survivingId, 'skane', '&_total=accurate')
  assert.deepEqual(textsOf(found), [...textsOf(before.found), ...textsOf(other.found)].sort())
  assert.equal(total, found.length)
  assert.ok(found.every(({ subject }) => subject.reference === `Patient/${survivingId}`))
  assert.deepEqual((await conditions(formerId)).found, [])
  const given = (await ask(`skane/Patient/${formerId}`)).json
  assert.equal(given.active, false)
  assert.equal(given.link[0].other.reference, `Patient/${survivingId}`)
  const moved = found.find(({ id }) => before.found.some((each) => each.id === id))
  const read = await ask(`skane/Condition/${moved?.id}`)
  assert.equal(read.json.subject.reference, `Patient/${survivingId}`)
  const history = await ask(`skane/Condition/${moved?.id}/_history`)
  assert.equal(history.json.entry.length, 1)
  const encounters = await ask(`skane/Encounter?patient=${survivingId}&_count=200`)
  assert.match(encounters.text, /V1.*V2|V2.*V1/s)
})

test('what is closed in the record that remains is closed in all of it', async () => {
  const { found: all } = await conditions(survivingId)
  await close(survivingId)
  const left = (await conditions(survivingId)).found
  assert.ok(left.length < all.length)
  const hidden = all.find(({ id }) => left.every((each) => each.id !== id))
  assert.equal((await ask(`skane/Condition/${hidden?.id}`)).status, 404)
  await karna.db.query({
    text: `update law.decision set ended_at = now() where decided_by = 'test'`,
  })
  karna.karna.live.open('skane')?.facts.forget(survivingId)
  assert.equal((await conditions(survivingId)).found.length, all.length)
})

test('pages of the joined record hold each of it once', async () => {
  const all = (await conditions(survivingId)).found.map(({ id }) => id)
  const seen: (string | undefined)[] = []
  let path = `skane/Condition?patient=${survivingId}&_count=1&_sort=recorded-date`
  for (let pages = 0; path !== '' && pages < 100; pages++) {
    const { json } = await ask(path)
    for (const { resource } of (json as Bundle).entry ?? []) seen.push(resource?.id)
    const next = (json as Bundle).link?.find(({ relation }) => relation === 'next')?.url
    path = next === undefined ? '' : (next.split('/fhir/')[1] ?? '')
  }
  assert.deepEqual(seen.sort(), all.sort())
})

test('all regions together find the record under the number that remains', async () => {
  const person = await karna.karna.live.persons.byNumber(surviving)
  const { found } = await conditions(person ?? '', 'all')
  assert.equal(found.length, (await conditions(survivingId)).found.length)
})

test('what comes under the given-up number goes to the other, and the same merge again changes nothing', async () => {
  assert.match(await send('A01', pid(former), admission('V3')), /MSA\|AA/)
  const { text } = await ask(`skane/Encounter?patient=${survivingId}&_count=200`)
  assert.match(text, /V3/)
  assert.match(await send('A40', pid(surviving), `MRG|${former}^^^SKV^NNSWE`), /MSA\|AA/)
})

test('by the given-up number the law finds whose record it is now', async () => {
  const { system } = karna.karna.live.open('skane') ?? assert.fail()
  const root = '1.2.752.129.2.1.3.1'
  assert.deepEqual(await holdersOfNumber(system, former, root), [survivingId])
  assert.deepEqual(await holdersOfNumber(system, surviving, root), [survivingId])
})

test('who asks with a number that was given up is answered with what is theirs now', async () => {
  const { live } = karna.karna
  const settings = { callers: { 'SE1-1177': { name: '1177', acts: 'patient' } } }
  const [provider = assert.fail()] = demoDirectory.providers.filter(
    ({ region }) => region === 'skane',
  )
  const own = { system: 'SE1-S', region: 'skane', provider: provider.hsaId }
  const providers = demoDirectory.providers.map(({ hsaId }) => hsaId)
  const answering = { live, settings, directory: demoDirectory } as unknown as Answering
  const encounters = async (extension: string) => {
    const answer = await disclosedByGate(
      answering,
      { ...own, providers },
      {
        contract: 'GetCareContacts:2',
        patient: { root: '1.2.752.129.2.1.3.1', extension },
        types: ['Encounter'],
        caller: { certificate: 'SE1-1177', originalConsumer: undefined },
      },
    )
    const ids = answer?.records.filter(({ key }) => key.type === 'Encounter') ?? []
    return ids.map(({ key }) => key.id).sort()
  }
  const all = await encounters(surviving)
  assert.equal(all.length, 3)
  assert.deepEqual(await encounters(former), all)
  assert.deepEqual(await encounters('201212121212'), [])
})

test('a merge the other way round makes the other number the one that remains', async () => {
  const all = (await conditions(survivingId)).found.length
  await karna.karna.live.merge('skane', survivingId, formerId, former)
  assert.equal((await conditions(formerId)).found.length, all)
  assert.deepEqual((await conditions(survivingId)).found, [])
})

test('what is closed for the record that is given up is closed in the one that remains, before the merge and after', async () => {
  const all = (await conditions(formerId)).found.length
  await close(formerId)
  await karna.karna.live.merge('skane', formerId, survivingId, surviving)
  assert.ok((await conditions(survivingId)).found.length < all)
  await karna.db.query({ text: 'update law.decision set ended_at = now()' })
  karna.karna.live.open('skane')?.facts.forget(formerId)
  assert.equal((await conditions(survivingId)).found.length, all)
  await close(formerId)
  assert.ok((await conditions(survivingId)).found.length < all)
})

/** The patient of an id closes all units' records. */
async function close(patient: string): Promise<void> {
  for (const { hsaId } of demoDirectory.units.filter(({ region }) => region === 'skane')) {
    await karna.db.query({
      text: `insert into law.decision (region, patient, kind, unit, decided_by) values ('skane', $1, 'block', $2, 'test')`,
      values: [patient, hsaId],
    })
  }
  karna.karna.live.open('skane')?.facts.forget(patient)
}
