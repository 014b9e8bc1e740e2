import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Organization, Parameters } from 'fhir/r4'
import { becauseIn, consentRows, namesOf, openedIn, paragraphText } from './access.ts'
import { blockConsent, sharedConsent, withdrawn } from './consent.ts'

const anOrganization = (id: string, name: string, partOf?: string): Organization => ({
  resourceType: 'Organization',
  id,
  name,
  identifier: [{ value: `SE1-${id}` }],
  ...(partOf ? { partOf: { reference: `Organization/${partOf}` } } : {}),
})

const names = namesOf(
  [
    anOrganization('region', 'Regionen'),
    anOrganization('ward', 'Avd 30E', 'region'),
    anOrganization('clinic', 'Mottagningen', 'region'),
    anOrganization('municipality', 'Kommunen'),
    anOrganization('home', 'Hemsjukvården', 'municipality'),
  ],
  'SE1-ward',
)

const ward = { hsaId: 'SE1-ward', name: 'Avd 30E' }
const aBlock = {
  patient: 'p1',
  kind: 'inner-block',
  whose: { kind: 'unit', place: ward },
  from: '',
  to: '',
  exemptDrugs: false,
  exemptAlerts: false,
  at: '2026-11-24T10:00:00+01:00',
} as const

const answer = (name: string, ...parts: Record<string, string | number>[]): Parameters => ({
  resourceType: 'Parameters',
  parameter: parts.map((part) => ({
    name,
    part: Object.entries(part).map(([each, value]) =>
      typeof value === 'number'
        ? { name: each, valueInteger: value }
        : { name: each, valueString: value },
    ),
  })),
})

test('one’s own care provider is the one that the unit is part of, and the rest are others', () => {
  assert.deepEqual(
    [names.ownProvider?.name, names.units.map(({ name }) => name)],
    ['Regionen', ['Avd 30E', 'Mottagningen']],
  )
  assert.deepEqual(
    names.otherProviders.map(({ name }) => name),
    ['Kommunen'],
  )
  assert.equal(names.of('SE1-home'), 'Hemsjukvården')
  assert.equal(names.of('SE1-unknown'), 'SE1-unknown')
})

test('a block asks for what was chosen and no more, and is asked for by the patient', () => {
  const { provision, performer } = blockConsent({
    ...aBlock,
    from: '2026-01-01',
    exemptDrugs: true,
  })
  assert.equal(provision?.type, 'deny')
  assert.deepEqual(provision?.dataPeriod, { start: '2026-01-01' })
  assert.equal(provision?.code?.[0]?.coding?.[0]?.code, 'exempt-drugs')
  assert.equal(provision?.code?.length, 1)
  assert.deepEqual(performer, [{ reference: 'Patient/p1' }])
  assert.equal(blockConsent(aBlock).provision?.code, undefined)
})

test('a block of a care process names the process, and is listed by its name', () => {
  const consent = blockConsent({ ...aBlock, whose: { kind: 'process', name: 'Stroke' } })
  const { identifier } = consent.provision?.actor?.[0]?.reference ?? {}
  assert.equal(identifier?.system, 'https://karna.se/fhir/NamingSystem/care-process')
  assert.equal(identifier?.value, 'Stroke')
  const [row] = consentRows([consent], names, '2026-11-25')
  assert.equal(row?.whom, 'Vårdprocessen Stroke')
})

test('a block is listed by what it closes until it is withdrawn', () => {
  const consent = blockConsent({ ...aBlock, to: '2026-03-31', exemptAlerts: true })
  const [row] = consentRows([consent], names, '2026-11-25')
  assert.deepEqual(
    [row?.kind, row?.whom, row?.about, row?.exempt],
    ['inner-block', 'Avd 30E', '–2026-03-31', 'uppmärksamhetsinformation'],
  )
  assert.deepEqual(consentRows([withdrawn(consent)], names, '2026-11-25'), [])
})

test('a consent is listed until its last day is over', () => {
  const consent = sharedConsent({
    patient: 'p1',
    recipient: ward,
    sources: [{ hsaId: 'SE1-municipality', name: 'Kommunen' }],
    until: '2026-11-25',
    at: aBlock.at,
  })
  const [row] = consentRows([consent], names, '2026-11-25')
  assert.deepEqual([row?.whom, row?.whose, row?.until], ['Avd 30E', 'Kommunen', '2026-11-25'])
  assert.deepEqual(consentRows([consent], names, '2026-11-26'), [])
})

test('a Consent that decides nothing here is not listed as a block', () => {
  const other = { ...blockConsent(aBlock), category: [{ coding: [{ code: 'research' }] }] }
  assert.deepEqual(consentRows([other], names, '2026-11-25'), [])
})

test('each reason is said in words, also one that is not known here', () => {
  const because = becauseIn(
    answer(
      'because',
      { effect: 'shown', paragraph: 'PDL 4:1', rule: 'relation' },
      { effect: 'hidden', paragraph: 'PDL 4:4', rule: 'block' },
      { effect: 'hidden', paragraph: 'X 9:9', rule: 'new' },
    ),
  )
  assert.match(because[0]?.words ?? '', /vårdrelation/)
  assert.deepEqual([because[1]?.isShown, because[1]?.paragraph], [false, 'PDL 4 kap. 4 §'])
  assert.equal(because[2]?.words, 'Uppgifter visas inte.')
  assert.equal(paragraphText('HSLF-FS 2016:40 4 kap.'), 'HSLF-FS 2016:40 4 kap.')
})

test('what was opened is told with where, and who has records apart from what they say', () => {
  const opened = openedIn(
    answer(
      'own',
      { decision: '1', kind: 'lift', step: 1, ground: 'consent', expires: '2026-11-24T10:00:00Z' },
      {
        decision: '2',
        kind: 'lift',
        step: 2,
        unit: 'SE1-clinic',
        unitName: 'Mottagningen',
        expires: '2026-11-24T12:00:00Z',
      },
      {
        decision: '3',
        kind: 'opening',
        step: 2,
        provider: 'SE1-municipality',
        providerName: 'Kommunen',
      },
    ),
  )
  assert.deepEqual(
    opened.map(({ decision, words, isContent }) => [decision, words, isContent]),
    [
      ['2', 'Spärrade uppgifter: Mottagningen', true],
      ['1', 'Vilka enheter som har spärrat uppgifter', false],
      ['3', 'Uppgifter hos Kommunen', true],
    ],
  )
})
