import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Bundle } from 'fhir/r4'
import { RESOURCE_TYPES } from '../../src/fhir/resource-type.ts'
import { ask } from '../two-worlds/compare.ts'
import { openWorlds, TAINT, type Worlds } from '../two-worlds/worlds.ts'
import { alike, asIfAbsent, get } from './attacked.ts'

let worlds: Worlds
before(async () => {
  worlds = await openWorlds()
})

const idsIn = ({ entry = [] }: Bundle) => entry.flatMap(({ resource }) => resource?.id ?? []).sort()

/** Everything of a search, page by page; each page but the last must be full. */
async function walk(path: string, count: number): Promise<string[]> {
  const ids: string[] = []
  let next: string | undefined = `${path}&_count=${count}`
  while (next !== undefined) {
    const { json } = await alike(worlds, get(`${path}&_count=${count}`)).then(() =>
      ask(worlds.one, get(next ?? '')),
    )
    const link: string | undefined = json.link.find(
      (each: { relation: string }) => each.relation === 'next',
    )?.url
    const page = idsIn(json)
    if (link !== undefined) assert.equal(page.length, count, 'a page has holes')
    ids.push(...page)
    next = link?.replace(/^.*\/fhir\/vgr\//, '')
  }
  return ids
}

test('AZ01 the record of a patient out of reach reads as an unknown id, and that is logged', async () => {
  for (const id of ['h-own-other0', 'h-other0', 'h-psychiatry0', 'h-centre0', 'h-private0']) {
    const { status } = await asIfAbsent(
      worlds.one,
      get(`Observation/${id}`),
      get('Observation/nowhere'),
    )
    assert.equal(status, 404)
  }
  const { rows } = await worlds.one.db.query<{ paragraph: string }>({
    text: "select paragraph from law.access_log where patient = 'p2' and outcome = 'deny'",
  })
  assert.ok(rows.some(({ paragraph }) => paragraph === 'PDL 4:1'))
})

test('AZ02 versions and history of what is hidden are not there, judged by today’s rules', async () => {
  for (const id of ['h-own-other0', 'h-psychiatry0', 'h-centre0']) {
    for (const below of ['/_history', '/_history/1', '/_history/2']) {
      const path = (name: string) => get(`Observation/${name}${below}`)
      assert.equal((await asIfAbsent(worlds.one, path(id), path('nowhere'))).status, 404)
    }
  }
})

test('AZ03 histories of types and of all hold only what may be seen', async () => {
  const paths = ['_history', 'Observation/_history', 'Encounter/_history', 'Patient/_history']
  for (const path of paths) {
    const { json } = await alike(worlds, get(`${path}?_count=1000`))
    assert.ok(json.entry.length > 0)
    await alike(worlds, get(`${path}?_since=2020-01-01T00:00:00Z&_count=3`))
  }
})

test('AZ04 what an include points at is included only if it may be seen', async () => {
  const { json } = await alike(
    worlds,
    get('DiagnosticReport?patient=p1&_id=d1&_include=DiagnosticReport:result'),
  )
  assert.deepEqual(idsIn(json), ['d1', 'v1'])
})

test('AZ05 reverse, wildcard and iterated includes bring nothing hidden', async () => {
  for (const include of [
    '_revinclude=Observation:subject',
    '_revinclude=DiagnosticReport:subject&_include:iterate=DiagnosticReport:result',
    '_revinclude=Encounter:subject&_revinclude:iterate=Observation:encounter',
    '_revinclude=Provenance:target',
    '_revinclude=List:subject',
    '_revinclude=Consent:patient',
  ]) {
    await alike(worlds, get(`Patient?_id=p1&${include}`))
    await alike(worlds, get(`Observation?patient=p1&_include=*&${include}`))
  }
  const { json } = await alike(worlds, get('Patient?_id=p1&_revinclude=Observation:subject'))
  assert.equal(json.entry.length, 9)
})

test('AZ08 totals count what may be seen', async () => {
  for (const shape of ['_total=accurate', '_summary=count', '_count=0', '_total=estimate']) {
    for (const clause of ['', '&code=c1', '&date=ge2024', '&code:text=zq7', '&code:not=c1']) {
      await alike(worlds, get(`Observation?patient=p1&${shape}${clause}`))
      await alike(worlds, get(`Observation?${shape}${clause}`))
    }
  }
  assert.equal((await alike(worlds, get('Observation?patient=p1&_summary=count'))).json.total, 8)
})

test('AZ09 a walk page by page has no holes, whatever it is sorted by', async () => {
  for (const sort of ['-date', 'date', 'value-quantity', '_id', '-_lastUpdated']) {
    assert.equal((await walk(`Observation?patient=p1&_sort=${sort}`, 1)).length, 8)
  }
  for (const sort of ['family', '-family', 'name', 'address-city']) {
    await alike(worlds, get(`Patient?birthdate=ge1900&_sort=${sort}`))
  }
})

test('AZ10 no modifier tells what is hidden', async () => {
  for (const path of [
    'Patient?phone:missing=true',
    'Patient?phone:missing=false',
    'Patient?telecom:missing=true',
    'Patient?general-practitioner:missing=false',
    `Patient?name:exact=${TAINT}`,
    `Patient?name:contains=${TAINT}`,
    'Observation?patient=p1&code:missing=false&_summary=count',
    'Observation?patient=p1&code:not=c1&_summary=count',
    'Observation?patient=p1&code:text=zq7',
    'Observation?patient=p1&encounter:missing=true&_summary=count',
    'Observation?code:in=http://x&patient=p1',
    'Observation?_text=zq7',
    'Observation?_content=zq7',
    'Observation?_list=h-list',
    'Observation?_filter=code eq c1',
    'Observation?patient=p1&_security:not=x',
    'Observation?patient:identifier=urn:x|1',
  ]) {
    await alike(worlds, get(path))
  }
})

test('AZ11 a second patient beside the first opens nothing of hers', async () => {
  for (const path of [
    'Observation?patient=p1&patient=p2',
    'Observation?patient=p1,p2',
    'Observation?patient=p1&subject=Patient/p2',
    'Observation?subject:Patient=p2',
    'Observation?PATIENT=p2',
    'Observation?patient=http://127.0.0.1/fhir/vgr/Patient/p2',
    'Observation?patient=https://elsewhere.example/Patient/p2',
    'Observation?patient=p1&_id=h-own-other0',
  ]) {
    const { text } = await alike(worlds, get(path))
    assert.doesNotMatch(text, /"id":"h-own-other/)
  }
  for (const both of ['patient=p1,p2', 'patient=p2,p1', 'patient=p1&subject=Patient/p2']) {
    assert.equal((await ask(worlds.one, get(`Observation?${both}`))).status, 403, both)
  }
})

test('AZ12 a search half in the address and half in the body is judged as one', async () => {
  const posted = (query: string, body: string) => ({
    method: 'POST' as const,
    path: `Observation/_search${query}`,
    body,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  const send = ({ method, path, body, headers }: ReturnType<typeof posted>) =>
    worlds.one.ask('anna.nystrom', method, `vgr/${path}`, body, headers)
  assert.equal((await send(posted('?patient=p2', 'patient=p1'))).status, 403)
  assert.equal((await send(posted('?patient=p1', 'patient=p2'))).status, 403)
  const { json } = await send(posted('?patient=p1', '_id=v1,h-own-other0,h-psychiatry0'))
  assert.deepEqual(idsIn(json), ['v1'])
})

test('AZ22 a validator says nothing of what is hidden', async () => {
  for (const headers of [
    { 'if-none-match': 'W/"1"' },
    { 'if-none-match': '*' },
    { 'if-modified-since': new Date(Date.now() + 86_400_000).toUTCString() },
  ]) {
    for (const id of ['h-own-other0', 'h-psychiatry0', 'h-centre0']) {
      const asked = (name: string) => get(`Observation/${name}`, headers)
      assert.equal((await asIfAbsent(worlds.one, asked(id), asked('nowhere'))).status, 404)
    }
    assert.equal((await ask(worlds.one, get('Observation/v1', headers))).status, 304)
  }
})

test('AZ25 the bytes of a document are not read by their address', async () => {
  await asIfAbsent(worlds.one, get('Binary/h-binary'), get('Binary/nowhere'))
  await alike(worlds, get('Binary?_id=h-binary'))
  await alike(worlds, get('Binary/_history'))
})

test('AZ26 no type is forgotten: of none does another patient’s resource show', async () => {
  const { db } = worlds.one
  // The same hidden row, as if it were of each type in turn: whatever a type is for, the row is p2's.
  for (const table of ['ver', 'res']) {
    const { rows } = await db.query<{ names: string }>({
      text: `select string_agg(column_name, ', ') as names from information_schema.columns
        where table_schema = 'store' and table_name = $1 and column_name not in ('type', 'xid')`,
      values: [table],
    })
    const names = rows[0]?.names
    await db.query({
      text: `insert into store.${table} (type, ${names}) select t.number, ${names} from store.${table} s,
          generate_series(0, ${RESOURCE_TYPES.length - 1}) t (number)
        where s.id in (select id from store.res where fid = 'h-own-other0') and t.number <> s.type`,
    })
  }
  for (const type of RESOURCE_TYPES.filter((each) => each !== 'AuditEvent')) {
    const { status } = await asIfAbsent(
      worlds.one,
      get(`${type}/h-own-other0`),
      get(`${type}/nowhere`),
    )
    assert.equal(status, 404, type)
    // Who people are is shown to whoever looks them up; nothing else is.
    const search = type === 'Patient' ? [] : [`${type}?_count=1000`]
    for (const path of [...search, `${type}/_history?_count=1000`]) {
      assert.doesNotMatch((await ask(worlds.one, get(path))).text, new RegExp(TAINT), path)
    }
  }
})

test('AZ27 what stands beside a record doesn’t tell of it', async () => {
  for (const key of ['Consent/h-block', 'Provenance/h-provenance', 'List/h-list']) {
    await asIfAbsent(worlds.one, get(key), get(`${key.split('/')[0]}/nowhere`))
  }
  for (const path of [
    'Consent?patient=p1',
    'Consent?status=active&_summary=count',
    'Consent/_history',
    'Provenance?target=Observation/h-psychiatry0',
    'Provenance?target=Patient/p1',
    'List?item=Observation/h-psychiatry0',
    'Patient/p1/$blocked',
    'Patient/p1/$explain',
    'AuditEvent?patient=p1',
    'AuditEvent?entity=Observation/h-psychiatry0',
    'Task?patient=p1',
    'Composition?patient=p1',
  ]) {
    await alike(worlds, get(path))
  }
  assert.equal((await ask(worlds.one, get('AuditEvent?patient=p1'))).status, 403)
  const chosen = { 'x-karna-reason': 'Konsult' }
  assert.equal((await ask(worlds.one, get('List/h-list', chosen))).status, 200)
  for (const path of ['Consent/h-consent', 'Consent/h-consent/_history']) {
    assert.equal((await ask(worlds.one, get(path, chosen))).status, 404)
  }
  const { json } = await ask(worlds.one, get('Consent?patient=p1', chosen))
  assert.equal(json.entry, undefined)
})
