import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import pg from 'pg'
import { freshDatabaseUrl } from '../../tests/database.ts'
import { createDatabase } from '../db/database.ts'
import { parseJson } from '../fhir/json/parse.ts'
import type { Author, FeedItem, RecordSystem } from '../fhir/record-system.ts'
import { EVERYTHING, mintSight } from '../fhir/sight.ts'
import { validResource } from '../fhir/validation/validate.ts'
import { createStore } from './store.ts'

const opened: (() => Promise<void>)[] = []
after(async () => {
  for (const close of opened) await close()
})

const author: Author = {
  sight: mintSight(EVERYTHING),
  unit: 'u',
  provider: 'p',
  process: undefined,
  mayChooseId: true,
  mayUnlabel: true,
  originOf: undefined,
  logEntry: undefined,
}

async function opening(): Promise<{ store: RecordSystem; url: string }> {
  const url = await freshDatabaseUrl()
  const db = createDatabase(url)
  opened.push(() => db.end())
  return { store: await createStore({ db, region: 'r', now: Date.now, alongside: undefined }), url }
}

function put(store: RecordSystem, id: string) {
  const bytes = Buffer.from(JSON.stringify({ resourceType: 'Basic', id, code: { text: 'x' } }))
  const resource = validResource(parseJson(bytes))
  const key = { type: 'Basic', id } as const
  return store.transact([{ kind: 'update', key, resource, ifMatch: undefined }], author)
}

const nameOf = ({ resource: { key, version } }: FeedItem) => `${key.id}/${version}`

/** Reads the feed on from a cursor until nothing more comes. */
async function readOn(store: RecordSystem, from: string | undefined) {
  const items: FeedItem[] = []
  let cursor = from
  for (;;) {
    const page = await store.changes(cursor, 7)
    if (page.length === 0) return { items, cursor }
    items.push(...page)
    cursor = page.at(-1)?.cursor
  }
}

test('the feed tells every version once, deletions too, each resource in its order', async () => {
  const { store } = await opening()
  const ids = Array.from({ length: 12 }, (_, index) => `b-${index}`)
  for (const id of ids) await put(store, id)
  const first = await readOn(store, undefined)
  await Promise.all(ids.map((id) => put(store, id)))
  const deletion = { kind: 'delete', type: 'Basic', target: 'b-3', ifMatch: undefined } as const
  await store.transact([deletion], author)
  const second = await readOn(store, first.cursor)
  const told = [...first.items, ...second.items].map(nameOf)
  const wanted = [...ids.flatMap((id) => [`${id}/1`, `${id}/2`]), 'b-3/3']
  assert.deepEqual([...told].sort(), wanted.sort())
  assert.equal(second.items.at(-1)?.resource.method, 'delete')
  for (const id of ids) assert.ok(told.indexOf(`${id}/1`) < told.indexOf(`${id}/2`), id)
})

test('what commits late is not skipped', async () => {
  const { store, url } = await opening()
  await put(store, 'before')
  const { cursor } = await readOn(store, undefined)
  const slow = new pg.Client({ connectionString: url })
  await slow.connect()
  await slow.query('begin')
  await slow.query('select pg_current_xact_id()') // an older transaction than the next, which commits after it
  await put(store, 'quick')
  assert.deepEqual(
    (await readOn(store, cursor)).items,
    [],
    'told too early: the older could still write',
  )
  await slow.query('commit')
  await slow.end()
  assert.deepEqual((await readOn(store, cursor)).items.map(nameOf), ['quick/1'])
})

test('nothing is lost or told twice while others write', async () => {
  const { store } = await opening()
  const told: string[] = []
  let cursor: string | undefined
  let writing = true
  const reading = (async () => {
    while (writing) {
      const read = await readOn(store, cursor)
      told.push(...read.items.map(nameOf))
      cursor = read.cursor ?? cursor
    }
  })()
  const writers = Array.from({ length: 6 }, async (_, writer) => {
    for (let number = 0; number < 20; number++) await put(store, `w${writer}-${number % 5}`)
  })
  await Promise.all(writers)
  writing = false
  await reading
  told.push(...(await readOn(store, cursor)).items.map(nameOf))
  assert.equal(told.length, 120)
  assert.equal(new Set(told).size, 120)
})
