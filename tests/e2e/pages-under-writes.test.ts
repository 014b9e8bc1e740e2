import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Bundle } from 'fhir/r4'
import { type KarnaUnderTest, startKarna } from './karna-under-test.ts'

/* A walk through pages while the very resources that are walked through are changed, and others are made. */

const COUNT = 40
let karna: KarnaUnderTest
let made = 0

before(async () => {
  karna = await startKarna()
  await put('Patient', 'p', {})
  for (let number = 0; number < COUNT; number++) await putObservation(`o${number}`, 'Hb')
})

async function put(type: string, id: string, more: object): Promise<void> {
  const body = { resourceType: type, id, ...more }
  const { status, text } = await karna.ask('sandbox', 'PUT', `sandbox/${type}/${id}`, body)
  assert.ok(status < 300, text)
}

const putObservation = (id: string, text: string) =>
  put('Observation', id, {
    ...{ status: 'final', code: { text }, subject: { reference: 'Patient/p' } },
    effectiveDateTime: '2026-11-24',
  })

/** Every id in its order, with so many changes and one new resource between every two pages. */
async function walk(query: string, changed: (page: number) => readonly string[]) {
  const ids: string[] = []
  let next: string | undefined = `sandbox/Observation?${query}&_count=7`
  for (let page = 0; next !== undefined; page++) {
    const { json, status, text }: { json: Bundle; status: number; text: string } = await karna.ask(
      'sandbox',
      'GET',
      next,
    )
    assert.equal(status, 200, text)
    ids.push(...(json.entry ?? []).flatMap(({ resource }) => resource?.id ?? []))
    next = json.link?.find(({ relation }) => relation === 'next')?.url.replace(/^.*\/fhir\//, '')
    for (const id of changed(page)) await putObservation(id, `Hb ${page}`)
    await putObservation(`new${made++}`, 'Ny')
  }
  return ids
}

/** Some that have been passed, some that are to come, some twice. */
const changes = (page: number) => [0, 1, 2, 3, 4].map((n) => `o${(page * 11 + n * 9) % COUNT}`)

for (const more of ['', '&patient=p']) {
  for (const sort of ['_lastUpdated', '-_lastUpdated', '', 'date', '-date']) {
    test(`pages of _sort=${sort}${more} repeat and skip nothing that was there, whatever is written`, async () => {
      const { json } = await karna.ask('sandbox', 'GET', 'sandbox/Observation?_count=1000')
      const there = (json.entry as Bundle['entry'])?.flatMap(({ resource }) => resource?.id ?? [])
      const ids = await walk(`${sort ? `_sort=${sort}` : '_total=none'}${more}`, changes)
      assert.equal(new Set(ids).size, ids.length, 'nothing twice')
      assert.deepEqual(
        there?.filter((id) => !ids.includes(id)),
        [],
        'nothing left out',
      )
      if (sort.endsWith('_lastUpdated')) assert.equal(ids.length, there?.length)
    })
  }
}
