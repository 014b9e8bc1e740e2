import assert from 'node:assert/strict'
import { test } from 'node:test'
import { graphRows, graphWords } from './day-graph.ts'
import {
  answerWords,
  countWords,
  eventWords,
  mappedRegions,
  mapRows,
  regionRows,
  type ShownRegion,
  stepsOf,
} from './regions.ts'

const MEASURED = {
  version: 'Melior 216',
  askedToday: 480,
  failedToday: 2,
  available: 0.9992,
  since: '2026-10-20T08:00:00Z',
  day: [],
}
const NOW = Date.parse('2026-11-24T08:00:00Z')

const aRegion = (more: Partial<ShownRegion> = {}): ShownRegion => ({
  id: 'skane',
  name: 'Region Skåne',
  kind: 'rivta',
  state: 'live',
  agreement: { agreement: 'A-1', controller: '2321000255' },
  health: { p95: 312.4, asked: 480, failed: 2 },
  information: { answered: 17, of: 21 },
  ...more,
})

test('a region that answers is connected, one that does not is said to be silent, and a slow one slow', () => {
  const stateOf = (more: Partial<ShownRegion>) => regionRows([aRegion(more)], NOW)[0]?.state.words
  const health = aRegion().health
  assert.equal(stateOf({}), 'ansluten')
  assert.equal(stateOf({ health: { ...health, silentSince: NOW } }), 'svarar inte')
  assert.equal(stateOf({ health: { ...health, p95: 1350 } }), 'långsam')
  assert.equal(stateOf({ state: 'paused', health: { ...health, silentSince: NOW } }), 'pausad')
  assert.equal(stateOf({ state: 'shadow' }), 'i test')
  assert.equal(stateOf({ state: 'preparing' }), 'ej ansluten')
})

test('what has not been measured is a dash, not a zero', () => {
  const [row] = regionRows([aRegion({ health: { asked: 0, failed: 0 } })], NOW)
  assert.deepEqual(
    [row?.time, row?.asked, row?.failed, row?.available.share, row?.certificate.words],
    ['–', '–', '', '–', '–'],
  )
  const [measured] = regionRows([aRegion({ measured: MEASURED })], NOW)
  assert.deepEqual([measured?.time, measured?.failed], ['312 ms', '2 obesvarade'])
  assert.equal(measured?.system, 'Melior 216')
})

test('a region that missed anything was not there all the time, and before a month it is said since when', () => {
  const rowOf = (more: Partial<typeof MEASURED>) =>
    regionRows([aRegion({ measured: { ...MEASURED, ...more } })], NOW)[0]?.available
  assert.deepEqual(rowOf({ available: 1 }), { share: '100,00 %', since: undefined })
  assert.equal(rowOf({ available: 0.99999 })?.share, '99,99 %')
  assert.equal(rowOf({ since: '2026-11-23T08:00:00Z' })?.since, 'sedan 23 nov.')
})

test('the graph of a day says in words what its line shows, and where nothing was answered', () => {
  const point = (at: string, p95: number | undefined, missed = 0) => ({
    at,
    ...(p95 !== undefined && { p95 }),
    asked: 0,
    failed: 0,
    pings: 1,
    missed,
  })
  const points = graphRows([
    point('2026-11-24T06:00:00Z', 120.4),
    point('2026-11-24T06:30:00Z', undefined, 1),
    point('2026-11-24T07:00:00Z', 480),
  ])
  assert.equal(
    graphWords(points),
    'Senaste dygnet 120–480 ms, nu 480 ms. Svarade inte alltid: 07:30.',
  )
  assert.equal(graphWords(graphRows([])), 'Inte mätt ännu')
})

test('a certificate that ends within a month is told in days', () => {
  const words = (notAfter: string) =>
    regionRows([aRegion({ certificate: { notAfter } })], NOW)[0]?.certificate
  assert.deepEqual(words('2027-09-30T00:00:00Z'), { words: '2027-09', isSoon: false })
  assert.deepEqual(words('2026-12-13T12:00:00Z'), { words: '19 dagar', isSoon: true })
  assert.deepEqual(words('2026-11-01T00:00:00Z'), { words: 'har gått ut', isSoon: true })
})

test('regions are listed by name in Swedish order, and counted by how far they have come', () => {
  const regions = ['Örebro', 'Ängelholm', 'Blekinge'].map((name, at) =>
    aRegion({ id: name, name, state: (['live', 'shadow', 'preparing'] as const)[at] ?? 'live' }),
  )
  assert.deepEqual(
    regionRows(regions, NOW).map(({ name }) => name),
    ['Blekinge', 'Ängelholm', 'Örebro'],
  )
  assert.equal(countWords(regions), '1 anslutna · 1 i test · 1 på väg')
})

test('a step is done when there is something that shows it', () => {
  const done = (region: ShownRegion, events: Parameters<typeof stepsOf>[1]) =>
    stepsOf(region, events).map(({ isDone }) => isDone)
  const tested = (failed: number) => ({
    at: '2026-11-01T08:00:00Z',
    event: 'conformance',
    detail: { passed: 212, failed },
  })
  const preparing = aRegion({ state: 'preparing', agreement: {} })
  assert.deepEqual(done(preparing, []), [false, false, false, true, false, false])
  assert.deepEqual(done(aRegion(), [tested(0)]), [true, false, true, true, false, true])
  assert.equal(stepsOf(aRegion(), [tested(19)])[2]?.words, '212 av 231 godkända')
  assert.equal(stepsOf(aRegion(), [tested(19)])[2]?.isDone, false)
  assert.match(eventWords(tested(19)), /212 godkända, 19 underkända/)
  const shadow = (last: object, different: number) => {
    const detail = { compared: 480, patients: 12, different, last }
    return [{ at: '2026-11-02T08:00:00Z', event: 'compared', detail }]
  }
  const words = '480 uppgifter om 12 patienter jämförda, ingen skiljer sig'
  const [, , , , good] = stepsOf(aRegion(), shadow({ different: 0, silent: 0 }, 0))
  assert.deepEqual([good?.words, good?.isDone], [words, true])
  const [, , , , bad] = stepsOf(aRegion(), shadow({ different: 3, silent: 0 }, 3))
  assert.deepEqual([bad?.words.endsWith('3 skiljer sig'), bad?.isDone], [true, false])
})

test('the columns of the map stand in Swedish order of the names they show', () => {
  const names = [
    'Region Örebro län',
    'Västra Götalandsregionen',
    'Region Sörmland',
    'Region Stockholm',
  ]
  assert.deepEqual(
    mappedRegions(names.map((name) => aRegion({ id: name, name }))).map(({ name }) => name),
    ['Region Stockholm', 'Region Sörmland', 'Västra Götalandsregionen', 'Region Örebro län'],
  )
})

test('the map says for each kind how every region has it, and how many do', () => {
  const entry = (type: string, answer: 'native' | 'missing') => ({ type, name: type, answer })
  const lacks = [{ element: 'Condition.clinicalStatus', means: 'Alla visas som aktuella.' }]
  const rows = mapRows([
    { region: 'a', information: [entry('Condition', 'native'), entry('Flag', 'missing')] },
    { region: 'b', information: [{ ...entry('Condition', 'native'), lacks }] },
  ])
  assert.deepEqual(
    rows.map(({ type, coverage }) => [type, coverage]),
    [
      ['Condition', 100],
      ['Flag', 0],
    ],
  )
  const words = rows.map(({ cells }) => cells.map((cell) => answerWords(cell.entry)))
  assert.deepEqual(words, [
    ['kodad', 'delvis'],
    ['saknas', 'saknas'],
  ])
})
