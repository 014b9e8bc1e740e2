import assert from 'node:assert/strict'
import { before, describe, test } from 'node:test'
import type { Bundle } from 'fhir/r4'
import { operation } from '../attack/attacked.ts'
import {
  type AllRegions,
  aBlock,
  BLOCKED,
  PROVIDERS,
  SECRET,
  startAllRegions,
  UNITS,
} from './all-regions-under-test.ts'
import type { Answer } from './karna-under-test.ts'

let all: AllRegions
before(async () => {
  all = await startAllRegions()
})

const REASON = { 'x-karna-reason': 'Konsult' }
const get = (path: string, headers = {}): Promise<Answer> =>
  all.karna.ask('anna.nystrom', 'GET', `all/${path}`, undefined, headers)
const idsIn = (json: Bundle) =>
  (json.entry ?? []).flatMap(({ resource }) => resource?.id ?? []).sort()
const found = async (path: string, headers = {}) => idsIn((await get(path, headers)).json)
const named = (region: string, prefix: string) =>
  [0, 1, 2].map((index) => `${region}.${prefix}${index}`)

async function operate(
  patient: string,
  word: string,
  given: Record<string, string | readonly string[]>,
  headers = {},
) {
  const answer = await all.karna.ask(
    'anna.nystrom',
    'POST',
    `all/Patient/${patient}/$${word}`,
    operation(given),
    headers,
  )
  assert.equal(answer.status, 200, answer.text)
  return answer
}

const DANGER = { reason: 'Medvetslös efter fall', affirm: ['danger', 'no-consent-possible'] }
const CONTENT = { ...DANGER, affirm: [...DANGER.affirm, 'indispensable'] }

describe('all regions together, before anything is opened (2022:913 2:4, 3:7)', () => {
  test('show the own unit’s records, and of others that there are some', async () => {
    const own = named('vgr', 'own')
    assert.deepEqual(await found(`Observation?patient=${all.person}`), own)
    assert.deepEqual(await found('Observation?status=final'), own)
    const { json, text } = await get(`Patient/${all.person}/$blocked`)
    const flags = json.parameter.map((each: { name: string; valueBoolean: boolean }) => [
      each.name,
      each.valueBoolean,
    ])
    assert.deepEqual(Object.fromEntries(flags), {
      blocked: true,
      otherUnits: true,
      otherProviders: true,
      otherProvidersBlocked: false,
      unopenedProviders: true,
    })
    assert.doesNotMatch(text, /SE2321/)
  })

  test('open nothing of another provider’s for a stated reason or a choice', async () => {
    const mine = [...named('vgr', 'centre'), ...named('vgr', 'own')]
    assert.deepEqual(await found(`Observation?patient=${all.person}`, REASON), mine)
    for (const id of ['skane.there0', 'skane.there-shut0', 'vasterbotten.north0']) {
      for (const below of ['', '/_history', '/_history/1']) {
        const asked = await get(`Observation/${id}${below}`, REASON)
        const nowhere = await get(`Observation/skane.nowhere${below}`, REASON)
        assert.equal(asked.status, 404)
        assert.equal(asked.text, nowhere.text)
      }
    }
  })

  test('are for staff in person', async () => {
    assert.equal(
      (await all.karna.ask('sara.lindgren', 'GET', `all/Observation?patient=${all.person}`)).status,
      403,
    )
    const writes = await all.karna.ask('anna.nystrom', 'POST', 'all/Observation', {
      resourceType: 'Observation',
      status: 'final',
      code: { text: 'x' },
      subject: { reference: `Patient/${all.person}` },
    })
    assert.ok(writes.status >= 400)
  })
})

describe('a patient under a region’s own id, in all regions together (PDL 4:4)', () => {
  test('has the same blocks', async () => {
    for (const path of [
      'Observation?patient=vgr.p1',
      'Observation?patient=vgr.nn',
      'Observation?subject=Patient/vgr.nn&_total=accurate',
      'Patient?_id=vgr.nn&_revinclude=Observation:subject',
      'Observation/vgr.nn-shut0',
      'Observation/vgr.nn-shut0/_history',
      'Observation/vgr.nn-shut0/_history/1',
      'Patient/vgr.nn/$explain?resource=Observation/vgr.nn-shut0',
      'Consent?patient=vgr.nn',
    ]) {
      assert.doesNotMatch((await get(path, REASON)).text, new RegExp(BLOCKED), path)
    }
    assert.equal((await get('Observation/vgr.nn-shut0', REASON)).status, 404)
    assert.equal((await get('Observation/vgr.nn-own0', REASON)).status, 200)
    assert.deepEqual(await found('Observation?patient=vgr.nn', REASON), named('vgr', 'nn-own'))
  })

  test('has them at another provider too, opened in an emergency', async () => {
    await operate('skane.nn', 'state-relation', { reason: 'Inkom utan identitet' })
    await operate('skane.nn', 'open-emergency', DANGER)
    await operate('skane.nn', 'open-emergency', { ...CONTENT, provider: PROVIDERS.skane })
    assert.deepEqual(await found('Observation?patient=skane.nn'), named('skane', 'nn-there'))
    assert.equal((await get('Observation/skane.nn-there-shut0')).status, 404)
  })

  test('is logged under the id that the region knows', async () => {
    const { rows } = await all.karna.db.query<{ region: string; patient: string; actions: string }>(
      {
        text: `select c.region, l.patient, string_agg(distinct l.action, ' ' order by l.action) as actions
        from law.access_log l join law.access_context c on c.id = l.context
        where c.kind = 'staff' and l.patient like '%nn' group by 1, 2 order by 1, 2`,
      },
    )
    assert.deepEqual(rows, [
      { region: 'skane', patient: 'nn', actions: 'search' },
      { region: 'vgr', patient: 'nn', actions: 'explain history read search' },
      // Who isn't known at home has the id that names where they are.
      { region: 'vgr', patient: 'skane.nn', actions: 'open-emergency read search state-relation' },
    ])
  })
})

/** What each region's log says of the rows since. */
async function loggedSince(at: string) {
  const { rows } = await all.karna.db.query<
    Record<'region' | 'patient' | 'basis' | 'resources', string>
  >({
    text: `select c.region, l.patient, l.basis, l.resources from law.access_log l
      join law.access_context c on c.id = l.context where l.at > $1::timestamptz order by c.region`,
    values: [at],
  })
  return rows.map(({ region, patient, basis, resources }) => ({
    region,
    patient,
    basis: basis?.split(':')[0],
    resources: resources.split(' ').sort().join(' '),
  }))
}

async function now(): Promise<string> {
  const { rows } = await all.karna.db.query<{ at: string }>({
    text: 'select max(at)::text as at from law.access_log',
  })
  return rows[0]?.at ?? ''
}

describe('other providers’ records, opened in all regions together (2022:913 3:6)', () => {
  before(async () => {
    await operate(all.person, 'open-emergency', DANGER)
    const both = { provider: [PROVIDERS.skane, PROVIDERS.vasterbotten] }
    await operate(all.person, 'open-emergency', { ...CONTENT, ...both })
  })

  const open = [
    ...named('skane', 'there'),
    ...named('vasterbotten', 'north'),
    ...named('vgr', 'own'),
  ]

  test('are shown but for what is blocked, in lists, counts, pages and includes', async () => {
    const query = `Observation?patient=${all.person}`
    assert.deepEqual(await found(query), open.toSorted())
    assert.equal((await get(`${query}&_total=accurate`)).json.total, open.length)
    assert.equal((await get(`${query}&_summary=count`)).json.total, open.length)
    const pages: string[] = []
    let next: string | undefined = `${query}&_sort=date&_count=2`
    while (next !== undefined) {
      const { json }: Answer = await get(next)
      pages.push(...idsIn(json))
      const url: string | undefined = json.link.find(
        (each: { relation: string }) => each.relation === 'next',
      )?.url
      next = url?.replace(/^.*\/fhir\/all\//, '')
    }
    assert.deepEqual(pages.sort(), open.toSorted())
    for (const path of [
      `Patient?_id=${all.person}&_revinclude=Observation:subject`,
      `DiagnosticReport?patient=${all.person}&_include=DiagnosticReport:result`,
      `Encounter?patient=${all.person}&_include=*&_revinclude=Observation:encounter`,
      `${query}&_include=*&_revinclude:iterate=DiagnosticReport:result`,
      `${query}&code:text=${BLOCKED}`,
      `Consent?patient=${all.person}`,
    ]) {
      assert.doesNotMatch(
        (await get(path)).text.replaceAll(path, ''),
        new RegExp(`${BLOCKED}[^&]*"text`),
        path,
      )
    }
  })

  test('are read, and what is blocked is not, in any version or batch', async () => {
    for (const region of ['vgr.shut0', 'skane.there-shut0']) {
      for (const below of ['', '/_history', '/_history/1']) {
        assert.equal((await get(`Observation/${region}${below}`, REASON)).status, 404, region)
      }
    }
    for (const below of ['', '/_history', '/_history/1']) {
      assert.equal((await get(`Observation/skane.there0${below}`)).status, 200)
    }
    const entry = ['Observation/skane.there1', 'Observation/skane.there-shut1'].map((url) => ({
      request: { method: 'GET', url },
    }))
    const batch = { resourceType: 'Bundle', type: 'batch', entry }
    const { json } = await all.karna.ask('anna.nystrom', 'POST', 'all', batch)
    assert.deepEqual(
      json.entry.map((each: { response: { status: string } }) => each.response.status.slice(0, 3)),
      ['200', '404'],
    )
  })
})

describe('other providers’ records that were opened (2022:913 3:6, PDL 4:3)', () => {
  test('leave a row where they came from, about the patient as known there, and one at home', async () => {
    const before = await now()
    await get('Observation/skane.there0')
    assert.deepEqual(await loggedSince(before), [
      { region: 'skane', patient: 's1', basis: 'emergency', resources: 'Observation/there0/1' },
      { region: 'vgr', patient: 'p1', basis: 'emergency', resources: '' },
    ])
    const between = await now()
    await get(`Patient/${all.person}`)
    assert.deepEqual(await loggedSince(between), [
      { region: 'skane', patient: 's1', basis: 'relation', resources: 'Patient/s1' },
      { region: 'vasterbotten', patient: 'w1', basis: 'relation', resources: 'Patient/w1' },
      { region: 'vgr', patient: 'p1', basis: 'relation', resources: 'Patient/p1' },
    ])
  })

  test('close on the next request when their region blocks them, or the opening ends', async () => {
    assert.equal((await get('Observation/skane.there0')).status, 200)
    const block = aBlock('block-ward', UNITS.skaneWard, 's1')
    const made = await all.karna.ask('sara.lindgren', 'POST', 'skane/Consent', block, REASON)
    assert.equal(made.status, 201, made.text)
    assert.equal((await get('Observation/skane.there0')).status, 404)
    assert.deepEqual(
      await found(`Observation?patient=${all.person}&_id=skane.there0,skane.there1`),
      [],
    )
    await all.karna.ask(
      'sara.lindgren',
      'DELETE',
      `skane/Consent/${made.json.id}`,
      undefined,
      REASON,
    )
    assert.equal((await get('Observation/skane.there0')).status, 200)
    await all.karna.db.query({
      text: "update law.decision set ended_at = now() where kind = 'opening'",
    })
    await new Promise((resolve) => setTimeout(resolve, 1_100))
    assert.equal((await get('Observation/skane.there0')).status, 404)
  })
})

describe('in all regions together', () => {
  test('who is protected in one is protected in all (OSL 22:1)', async () => {
    for (const path of [
      `Patient/${all.other}`,
      `Patient?_id=${all.other}`,
      'Patient?birthdate=1970-01-01',
      `Patient?name=${SECRET}`,
      `Encounter?patient=${all.other}&_include=*`,
      `Patient/${all.other}/_history`,
    ]) {
      const { text } = await get(path, REASON)
      assert.doesNotMatch(text.replaceAll(path, ''), new RegExp(`"${SECRET}"`), path)
    }
    assert.deepEqual(await found(`Patient?name=${SECRET}`), [])
  })

  test('a page link of one region’s is none here, nor the other way', async () => {
    const next = ({ json }: Answer) =>
      json.link.find((each: { relation: string }) => each.relation === 'next').url as string
    const here = next(await get('Observation?status=final&_count=1'))
    const there = next(
      await all.karna.ask('anna.nystrom', 'GET', 'vgr/Observation?status=final&_count=1'),
    )
    const swapped = [here.replace(/.*\/all\//, 'vgr/'), there.replace(/.*\/vgr\//, 'all/')]
    for (const path of swapped) {
      assert.equal((await all.karna.ask('anna.nystrom', 'GET', path)).status, 400, path)
    }
  })
})
