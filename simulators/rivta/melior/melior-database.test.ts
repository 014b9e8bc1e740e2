import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Composition, FhirResource, Observation } from 'fhir/r4'
import { readDemoRecords } from '../demo-records.ts'
import { WINDOWS_1252 } from '../encode-text.ts'
import { MELIOR, MELIOR_PLUS } from '../products.ts'
import type { Desk } from './columns.ts'
import { enterAnswer } from './laboratory.ts'
import { enterNote } from './notes.ts'
import { openMeliorTables } from './tables.ts'

const HSA = 'urn:oid:1.2.752.29.4.19'
const NUMBER = '191212121212'
const subject = { reference: 'Patient/p1' }
const meta = (unit: string) => ({ source: `${HSA}#SE1-${unit}` })

function organization(id: string, owner?: string): FhirResource {
  const partOf = owner === undefined ? {} : { partOf: { reference: `Organization/${owner}` } }
  const identifier = [{ system: HSA, value: `SE1-${id}` }]
  return { resourceType: 'Organization', id, identifier, name: id, ...partOf }
}

function note(unit: string, status: Composition['status'] = 'final'): Composition {
  const div = '<div xmlns="http://www.w3.org/1999/xhtml"><p>Ingen feber, 5 µg</p></div>'
  return {
    resourceType: 'Composition',
    id: `note-${unit}`,
    meta: meta(unit),
    status,
    type: { text: 'Daganteckning' },
    title: 'Daganteckning',
    subject,
    date: '2026-07-01T08:00:00+02:00',
    author: [{ display: 'Åsa Öberg' }],
    section: [{ title: 'Bedömning', text: { status: 'additional', div } }],
  }
}

const PATIENT: FhirResource = {
  resourceType: 'Patient',
  id: 'p1',
  identifier: [{ system: 'urn:oid:1.2.752.129.2.1.3.1', value: NUMBER }],
}
const UNITS = [organization('E0'), ...['E1', 'E2', 'E3'].map((id) => organization(id, 'E0'))]

function desk(): Desk {
  const tables = openMeliorTables(WINDOWS_1252, 1_001)
  return { tables, find: () => undefined, madeIn: () => 'SE1-MELIOR' }
}

test('a note is an activity with a row for each keyword, its text bytes of Windows-1252 and its time local', () => {
  const at = desk()
  enterNote(at, note('E1'))
  const [activity] = at.tables.select('select mall, tid, signerad from aktivitet')
  assert.deepEqual(activity, { mall: 'Daganteckning', tid: '20260701080000', signerad: undefined })
  const [row] = at.tables.select(
    'select ord, hex(text) as bytes from aktivitetsrad join sokord using (sokordid)',
  )
  assert.equal(row?.ord, 'Bedömning')
  assert.equal(row?.bytes, Buffer.from('Ingen feber, 5 µg', 'latin1').toString('hex').toUpperCase())
})

test('a measurement is stored as text, with the digits and sign it came with', () => {
  const at = desk()
  const measured: Observation = {
    resourceType: 'Observation',
    id: 'crp',
    meta: meta('E1'),
    status: 'final',
    code: { text: 'P-CRP' },
    subject,
    valueQuantity: { comparator: '<', value: 5, unit: 'mg/L' },
  }
  enterAnswer(at, { resource: measured, report: undefined, analyses: [measured] })
  const [row] = at.tables.select('select varde, enhet, typeof(varde) as slag from analys')
  assert.deepEqual(row, { varde: '<5', enhet: 'mg/L', slag: 'blob' })
})

test('the same keyword has another id in another database, and a unit that was moved is in both', async () => {
  const records = readDemoRecords([...UNITS, PATIENT, note('E1'), note('E2'), note('E3')])
  const [a, b] = await MELIOR.databases(records)
  const [plus] = await MELIOR_PLUS.databases(records)
  assert.ok(a && b && plus)
  const ids = [a, b, plus].map((each) => each.termId('Bedömning'))
  assert.equal(new Set(ids).size, 3)
  const notes = (database: typeof a) => database.of(NUMBER, 'Composition').map(({ id }) => id)
  assert.deepEqual(notes(a), ['note-E1', 'note-E2'])
  assert.deepEqual(notes(b), ['note-E2', 'note-E3'])
  assert.deepEqual(notes(plus), ['note-E1', 'note-E2', 'note-E3'])
  const [moved] = b.of(NUMBER, 'Composition')
  assert.ok(moved)
  assert.equal(b.madeIn(moved), a.hsaId)
  const [same] = plus.of(NUMBER, 'Composition')
  assert.ok(same)
  assert.equal(plus.madeIn(same), a.hsaId)
  for (const database of [a, b, plus]) database.close()
})

test('records of different kinds may have the same id, as FHIR lets them', async () => {
  const own = { id: 'note-E1', meta: meta('E1') }
  const kinds: FhirResource[] = [
    note('E1'),
    { resourceType: 'Condition', ...own, subject, code: { text: 'Astma' } },
    { resourceType: 'Flag', ...own, status: 'active', subject, code: { text: 'Smitta' } },
    { resourceType: 'AllergyIntolerance', ...own, patient: subject, code: { text: 'Nötter' } },
  ]
  const [a] = await MELIOR.databases(readDemoRecords([...UNITS, PATIENT, ...kinds]))
  for (const { resourceType } of kinds) {
    assert.equal(a?.of(NUMBER, resourceType).length, 1, resourceType)
  }
  const [read] = (a?.of(NUMBER, 'Composition') ?? []) as readonly Composition[]
  assert.equal(read?.section?.[0]?.title, 'Bedömning')
})

test('what is not signed, and what was taken back, goes on as that', async () => {
  const open = note('E1', 'preliminary')
  const wrong = { ...note('E1', 'entered-in-error'), id: 'wrong' }
  const signed: Composition = {
    ...note('E1'),
    id: 'signed',
    attester: [{ mode: 'professional', time: '2026-07-01T09:00:00+02:00' }],
  }
  const [a] = await MELIOR.databases(readDemoRecords([...UNITS, PATIENT, open, wrong, signed]))
  const read = (a?.of(NUMBER, 'Composition') ?? []) as readonly Composition[]
  assert.deepEqual(
    read.map(({ status, attester }) => [status, attester?.[0]?.time]),
    [
      ['preliminary', undefined],
      ['entered-in-error', undefined],
      ['final', '2026-07-01T09:00:00+02:00'],
    ],
  )
})
