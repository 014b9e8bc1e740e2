import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import type { Directory } from '../directory.ts'
import { readDirectory } from './read-directory.ts'

const NOBODY: Directory = { regions: [], providers: [], units: [], staff: [] }
const hsa = (value: string) => [
  { system: 'urn:oid:1.2.752.29.4.19', value: `SE2321000131-${value}` },
]
const provider: FhirResource = {
  resourceType: 'Organization',
  id: 'p',
  identifier: hsa('E1'),
  name: 'Regionen',
}
const hospital: FhirResource = {
  resourceType: 'Organization',
  id: 'h',
  identifier: hsa('E2'),
  name: 'Sjukhuset',
  partOf: { reference: 'Organization/p' },
}
const ward: FhirResource = {
  resourceType: 'Organization',
  id: 'w',
  identifier: hsa('E3'),
  name: 'Avd 1',
  type: [{ text: 'Vårdavdelning' }],
  partOf: { reference: 'Organization/h' },
}
const doctor: FhirResource = {
  resourceType: 'Practitioner',
  id: 'd',
  identifier: hsa('A1'),
  name: [{ family: 'Ek', given: ['Lina', 'Maria'] }],
  qualification: [{ code: { coding: [{ code: 'LK' }], text: 'överläkare' } }],
}
const commission: FhirResource = {
  resourceType: 'PractitionerRole',
  identifier: hsa('U1'),
  practitioner: { reference: 'Practitioner/d' },
  organization: { reference: 'Organization/w' },
  code: [{ coding: [{ code: 'Vård och behandling' }], text: 'Vård, Avd 1' }],
}

const read = (resources: readonly FhirResource[], known = NOBODY) =>
  readDirectory(
    resources.map((resource, index) => ({ name: `${index}`, resource, fullUrl: undefined })),
    'vgr',
    known,
  )

test('who is part of nothing is a care provider, and units belong to the one at the end', () => {
  const { entries, rejections } = read([ward, hospital, provider])
  assert.deepEqual(rejections, [])
  assert.deepEqual(entries[0]?.value, {
    hsaId: 'SE2321000131-E3',
    name: 'Avd 1',
    provider: 'SE2321000131-E1',
    region: 'vgr',
    site: 'Sjukhuset',
    kind: 'ward',
  })
  assert.deepEqual(
    entries.map(({ kind }) => kind),
    ['unit', 'unit', 'provider'],
  )
})

test('staff come with their profession, and commissions with person, unit, purpose and process', () => {
  const inProcess = {
    ...commission,
    code: [
      { coding: [{ code: 'care' }], text: 'Strokeprocessen' },
      { coding: [{ system: 'https://karna.se/fhir/NamingSystem/care-process', code: 'Stroke' }] },
    ],
  }
  const other = { ...inProcess, identifier: hsa('U2') }
  const { entries } = read([provider, hospital, ward, doctor, commission, other])
  assert.deepEqual(entries[3]?.value, {
    hsaId: 'SE2321000131-A1',
    givenName: 'Lina Maria',
    familyName: 'Ek',
    title: 'överläkare',
    profession: 'doctor',
  })
  const plain = {
    hsaId: 'SE2321000131-U1',
    person: 'SE2321000131-A1',
    name: 'Vård, Avd 1',
    unit: 'SE2321000131-E3',
    purpose: 'care',
  }
  assert.deepEqual(entries[4]?.value, plain)
  assert.deepEqual(entries[5]?.value, {
    ...plain,
    ...{ hsaId: 'SE2321000131-U2', name: 'Strokeprocessen', process: 'Stroke' },
  })
})

test('a protected person’s name isn’t kept', () => {
  const system = 'http://hl7.se/fhir/ig/base/CodeSystem/SecurityLabel'
  const hidden = { ...doctor, meta: { security: [{ system, code: 'sekretessmarkering' }] } }
  const [entry] = read([hidden]).entries
  assert.deepEqual(entry?.value, {
    hsaId: 'SE2321000131-A1',
    givenName: '',
    familyName: '',
    title: 'överläkare',
    profession: 'doctor',
    protectedPerson: true,
  })
})

test('what isn’t active goes', () => {
  const { entries, removed } = read([
    provider,
    hospital,
    ward,
    doctor,
    { ...commission, active: false },
  ])
  assert.equal(entries.length, 4)
  assert.deepEqual(removed, [{ kind: 'commission', hsa_id: 'SE2321000131-U1' }])
})

test('what isn’t active goes, though nothing is said but its HSA-id', () => {
  const known: Directory = {
    ...NOBODY,
    providers: [{ hsaId: 'SE2321000131-E1', name: 'Regionen', region: 'vgr' }],
    units: [
      {
        ...{ hsaId: 'SE2321000131-E3', name: 'Avd 1', provider: 'SE2321000131-E1', region: 'vgr' },
        ...{ site: 'Sjukhuset', kind: 'ward' as const },
      },
    ],
  }
  const gone = (resourceType: string, id: string) =>
    ({ resourceType, identifier: hsa(id), active: false }) as unknown as FhirResource
  const { removed, rejections } = read(
    [
      gone('Organization', 'E3'),
      gone('Organization', 'E1'),
      gone('Practitioner', 'A1'),
      gone('PractitionerRole', 'U1'),
    ],
    known,
  )
  assert.deepEqual(rejections, [])
  assert.deepEqual(
    removed.map(({ kind }) => kind),
    ['unit', 'provider', 'person', 'commission'],
  )
})

test('of two with one HSA-id the first holds, and the other is named', () => {
  const renamed = { ...provider, name: 'En annan' } as FhirResource
  const { entries, removed, rejections } = read([
    provider,
    renamed,
    { ...provider, active: false } as FhirResource,
    hospital,
  ])
  assert.deepEqual(
    entries.map(({ value }) => ('name' in value ? value.name : '')),
    ['Regionen', 'Sjukhuset'],
  )
  assert.deepEqual(removed, [])
  assert.deepEqual(rejections, [
    { name: '1', reason: '0 in the same load has the HSA-id, and holds' },
    { name: '2', reason: '0 in the same load has the HSA-id, and holds' },
  ])
})

test('a reference by HSA-id leads to what was loaded before', () => {
  const unit = {
    ...{ hsaId: 'SE2321000131-E3', name: 'Avd 1', provider: 'SE2321000131-E1', region: 'vgr' },
    ...{ site: 'Sjukhuset', kind: 'ward' as const },
  }
  const known: Directory = { ...NOBODY, units: [unit] }
  const organization = { identifier: hsa('E3')[0] }
  const { entries } = read([doctor, { ...commission, organization } as FhirResource], known)
  assert.equal(entries.length, 2)
})

for (const [what, resources, reason] of [
  ['without HSA-id', [{ ...provider, identifier: [] }], /no HSA-id/],
  ['with an HSA-id that isn’t one', [{ ...provider, identifier: hsa('e 1') }], /no HSA-id/],
  ['without name', [{ ...provider, name: ' ' }], /no name/],
  ['part of nobody that is known', [ward], /neither in the load nor in the directory/],
  ['in a circle', [{ ...ward, partOf: { reference: 'Organization/w' } }], /no care provider/],
  ['without profession', [{ ...doctor, qualification: [] }], /no profession/],
  [
    'without purpose',
    [provider, hospital, ward, doctor, { ...commission, code: [] }],
    /no purpose/,
  ],
  ['of nobody that is known', [provider, hospital, ward, commission], /practitioner is neither/],
  ['at no unit that is known', [doctor, commission], /organization is neither/],
  ['of another kind', [{ resourceType: 'Patient' }], /Only Organization/],
] as const) {
  test(`an entry ${what} is rejected, and says so`, () => {
    const { rejections } = read(resources as unknown as readonly FhirResource[])
    assert.match(rejections.map((each) => each.reason).join(), reason)
  })
}

test('a unit of another region stays that region’s', () => {
  const unit = {
    ...{ hsaId: 'SE2321000131-E3', name: 'Avd 1', provider: 'SE2321000131-E1', region: 'skane' },
    ...{ site: 'Sjukhuset', kind: 'ward' as const },
  }
  const { rejections } = read([provider, hospital, ward], { ...NOBODY, units: [unit] })
  assert.deepEqual(rejections, [{ name: '2', reason: 'It is another region’s' }])
})

test('nobody is let in to another region’s unit, nor is a unit made part of its care provider', () => {
  const [elsewhere] = [{ hsaId: 'SE2321000131-E1', name: 'Skåne', region: 'skane' }]
  const unit = {
    ...{ hsaId: 'SE2321000131-E3', name: 'Avd 1', provider: 'SE2321000131-E1', region: 'skane' },
    ...{ site: 'Sjukhuset', kind: 'ward' as const },
  }
  const known = { ...NOBODY, providers: [elsewhere], units: [unit] }
  const annex = { ...ward, id: 'x', identifier: hsa('E9') } as FhirResource
  const { entries, rejections } = read([provider, hospital, ward, annex, doctor, commission], known)
  assert.deepEqual(
    entries.map(({ kind }) => kind),
    ['person'],
  )
  assert.deepEqual(
    new Set(rejections.map(({ reason }) => reason)),
    new Set(['It is another region’s']),
  )
})

test('a commission at another region’s unit is not moved here by its HSA-id', () => {
  const unit = {
    ...{ hsaId: 'SE2321000131-E7', name: 'Avd 7', provider: 'SE2321000131-E6', region: 'skane' },
    ...{ site: 'Sjukhuset', kind: 'ward' as const },
  }
  const theirs = {
    hsaId: 'SE2321000131-U1',
    name: 'Vård',
    unit: unit.hsaId,
    purpose: 'care' as const,
  }
  const member = {
    ...{ hsaId: 'SE2321000131-A1', login: 'a', givenName: 'Lina', familyName: 'Ek', title: '' },
    ...{ profession: 'doctor' as const, commissions: [theirs] },
  }
  const known = { ...NOBODY, units: [unit], staff: [member] }
  const { rejections } = read([provider, hospital, ward, doctor, commission], known)
  assert.deepEqual(rejections, [{ name: '4', reason: 'It is another region’s' }])
})
