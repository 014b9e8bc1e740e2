import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { freshDatabaseUrl } from '../../tests/database.ts'
import { createDatabase } from '../db/database.ts'
import { parseJson } from '../fhir/json/parse.ts'
import { KARNA_LABELS, PROTECTED_IDENTITY } from '../fhir/label.ts'
import type { RecordSystem, StoredResource } from '../fhir/record-system.ts'
import type { ResourceType } from '../fhir/resource-type.ts'
import { unseal } from '../fhir/seal.ts'
import { type IndexedResource, indexResource } from '../fhir/search/indexed-resource.ts'
import { asSeen } from '../fhir/search/masked-parameters.ts'
import { parseSearch } from '../fhir/search/parse.ts'
import type { SearchClause } from '../fhir/search/query.ts'
import { searchInMemory } from '../fhir/search/search-in-memory.ts'
import { searchParametersOf } from '../fhir/search/search-parameter.ts'
import { type Block, covers, EVERYTHING, mintSight, type Sight } from '../fhir/sight.ts'
import { validResource } from '../fhir/validation/validate.ts'
import { createStore } from './store.ts'

const opened: (() => Promise<void>)[] = []
after(async () => {
  for (const close of opened) await close()
})

const UUID = 'd2719c1e-7e0c-4d3c-9d0e-0a4c4f9f0002'
const PATIENTS = ['1', UUID]
const UNITS = ['SE1-a', 'SE1-b']
const PROVIDERS = ['SE1', 'SE2']
const TIMES = ['2020-05-01', '2024-05-01', undefined]
const YEAR_2024 = [Date.UTC(2024, 0, 1), Date.UTC(2025, 0, 1)] as const
const TYPES = [
  'Observation',
  'MedicationRequest',
  'Flag',
  'Location',
  'Patient',
  'RelatedPerson',
] as const satisfies ResourceType[]

interface Made {
  readonly unit: string
  readonly provider: string
  readonly process: string | undefined
  readonly value: object
}

const labelled = (code: string, system = KARNA_LABELS) => ({
  meta: { security: [{ system, code }] },
})
const codeable = (text: string) => ({ text })

/** Every origin there is: type, patient, unit, provider, process, label and time. */
function resources(): Made[] {
  const places = UNITS.flatMap((unit) =>
    PROVIDERS.flatMap((provider) =>
      [undefined, 'stroke'].map((process) => ({ unit, provider, process })),
    ),
  )
  const values = [
    ...[...PATIENTS, undefined].flatMap((patient) => clinical(patient)),
    { resourceType: 'Location', name: 'x' },
  ]
  return [
    ...places.flatMap((place) => values.map((value) => ({ ...place, value }))),
    ...people().map((value) => ({ ...NOWHERE, value })),
  ]
}

const NOWHERE = { unit: 'SE1-a', provider: 'SE2', process: undefined }

function clinical(patient: string | undefined): object[] {
  const subject = patient ? { subject: { reference: `Patient/${patient}` } } : {}
  const observation = { resourceType: 'Observation', status: 'final', ...subject }
  const observed = TIMES.map((time) => ({
    ...observation,
    code: codeable(time ?? 'never'),
    ...(time && { effectiveDateTime: time }),
  }))
  const closed = { ...observation, ...labelled('insurance-medicine'), code: codeable('closed') }
  if (!patient) return [...observed, closed]
  const order = {
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: codeable('x'),
    ...subject,
  }
  const flag = { resourceType: 'Flag', status: 'active', code: codeable('x'), ...subject }
  return [...observed, closed, order, flag]
}

const WHO = {
  name: [{ family: 'Öberg', given: ['Åsa'] }],
  telecom: [{ system: 'phone', value: '070-1' }],
}

function people(): object[] {
  const hidden = labelled('sekretessmarkering', PROTECTED_IDENTITY)
  const address = [{ city: 'Umeå' }]
  return [
    { resourceType: 'Patient', id: '1', ...WHO, address },
    { resourceType: 'Patient', id: UUID, ...WHO, ...hidden, address },
    ...PATIENTS.map((id) => ({
      resourceType: 'RelatedPerson',
      ...WHO,
      patient: { reference: `Patient/${id}` },
    })),
  ]
}

const one = <T>(...values: T[]) => fc.constantFrom(...values)

const block: fc.Arbitrary<Block> = fc
  .tuple(
    one(...PATIENTS),
    one<[string | undefined, string | undefined]>(
      ['SE1-a', undefined],
      ['SE1-b', undefined],
      [undefined, 'stroke'],
      ['SE1-a', 'stroke'],
      ['no-such-unit', undefined],
      [undefined, 'no-such-process'],
    ),
    one<readonly [number | undefined, number | undefined]>(
      [undefined, undefined],
      YEAR_2024,
      [YEAR_2024[0], undefined],
      [undefined, YEAR_2024[0]],
    ),
    one<Block['exempt']>([], ['drugs'], ['drugs', 'alerts']),
  )
  .map(([patient, [unit, process], [from, to], exempt]) => ({
    patient,
    unit,
    process,
    from,
    to,
    exempt,
  }))

const condition: SearchClause = {
  param: 'date',
  kind: 'date',
  modifier: undefined,
  values: [{ kind: 'date', prefix: 'eq', lo: YEAR_2024[0], hi: YEAR_2024[1] }],
}

const sight: fc.Arbitrary<Sight> = fc
  .record({
    patients: one<Sight['patients']>('all', ['1'], ['1', UUID], ['1', UUID], ['nobody']),
    providers: one<Sight['providers']>('all', ['SE1'], ['SE1', 'SE2'], ['SE1', 'SE2'], ['no-such']),
    units: one<Sight['units']>('all', 'all', ['SE1-a'], ['SE1-a'], ['no-such']),
    chosen: one<Sight['chosen']>([], ['1'], [UUID]),
    shared: one<Sight['shared']>(
      [],
      [{ patient: UUID, provider: 'SE2' }],
      [{ patient: '1', provider: 'no-such' }],
    ),
    types: one<Sight['types']>('all', 'all', 'all', ['Observation', 'Flag'], ['Patient']),
    blocked: fc.array(block, { maxLength: 3 }),
    closed: one<Sight['closed']>(
      [],
      [{ label: 'insurance-medicine', unit: undefined, process: undefined }],
      [{ label: 'insurance-medicine', unit: 'SE1-a', process: undefined }],
      [
        { label: 'insurance-medicine', unit: 'SE1-b', process: 'stroke' },
        { label: 'protected-identity', unit: 'no-such', process: undefined },
      ],
      [{ label: 'insurance-medicine', unit: 'SE1-b', process: 'no-such' }],
    ),
    conditions: one<Sight['conditions']>(
      new Map(),
      new Map(),
      new Map([['Observation', [[condition]]]]),
      new Map([['Observation', [[{ ...condition, modifier: 'not' }], [condition, condition]]]]),
    ),
    protectedPatients: one<Sight['protectedPatients']>([], [UUID], ['1']),
    revealed: one<Sight['revealed']>('all', [], [UUID]),
  })
  .map((parts) => mintSight(parts))

async function filled(): Promise<{ store: RecordSystem; stored: StoredResource[] }> {
  const db = createDatabase(await freshDatabaseUrl())
  opened.push(() => db.end())
  const store = await createStore({ db, region: 'r', now: Date.now, alongside: undefined })
  const stored = await Promise.all(
    resources().map(async ({ value, ...origin }) => {
      const resource = validResource(parseJson(Buffer.from(JSON.stringify(value))))
      const [result] = await store.transact(
        [
          {
            kind: 'create',
            type: resource.type,
            resource,
            id: resource.id,
            ifNoneExist: undefined,
          },
        ],
        { ...AUTHOR, ...origin },
      )
      if (!result?.resource) throw new Error('a create gives what it made')
      return result.resource
    }),
  )
  return { store, stored }
}

const AUTHOR = {
  sight: mintSight(EVERYTHING),
  mayChooseId: true,
  mayUnlabel: true,
  originOf: undefined,
  logEntry: undefined,
}

const OPTIONS = {
  types: new Map(TYPES.map((type) => [type, { searchParams: searchParametersOf(type) }])),
  base: undefined,
  now: 0,
}

const indexes = new Map<StoredResource, IndexedResource>()

function indexed(resource: StoredResource): IndexedResource {
  const known = indexes.get(resource) ?? indexResource(JSON.parse(String(resource.bytes)))
  indexes.set(resource, known)
  return known
}

const names = (list: readonly { key: { id: string } }[]) => list.map(({ key }) => key.id).sort()

test('the store shows exactly what a sight covers, in pages, totals, histories and single reads', async () => {
  const { store, stored } = await filled()
  let seen = 0
  for (const each of fc.sample(sight, { seed: 3, numRuns: 110 })) {
    for (const type of TYPES) {
      const query = parseSearch(
        type,
        [
          ['_total', 'accurate'],
          ['_count', '500'],
        ],
        OPTIONS,
      )
      const page = await store.search(query, each)
      const expected = stored.filter(
        (resource) =>
          resource.key.type === type && covers(each, resource.origin, () => indexed(resource)),
      )
      const said = `${type} ${JSON.stringify(each)}`
      assert.deepEqual(names(page.hits.map(({ resource }) => resource)), names(expected), said)
      assert.equal(page.total, expected.length, said)
      const all = { type, id: undefined, since: undefined, count: 500, cursor: undefined }
      const { versions } = await store.history(all, each)
      assert.deepEqual(names(versions), names(expected), `history ${said}`)
      seen += expected.length
    }
  }
  assert.ok(seen > 2_500, `the sights see enough to prove something: ${seen}`)
})

test('what is unsealed is what a sight covers', async () => {
  const { store, stored } = await filled()
  for (const each of fc.sample(sight, { seed: 4, numRuns: 20 })) {
    for (const resource of stored) {
      const sealed = await store.locate(resource.key)
      const isSeen = sealed !== undefined && unseal(sealed, each) !== undefined
      assert.equal(
        isSeen,
        covers(each, resource.origin, () => indexed(resource)),
      )
    }
  }
})

const MASKABLE = [
  'name=öb',
  'name:missing=true',
  'name:missing=false',
  'phone=070-1',
  'phone:not=070-2',
  'address=ume',
  'address-city:missing=true',
  'birthdate:missing=true',
]

test('a search finds nothing by what is masked, sorts by nothing of it, and finds the same in memory', async () => {
  const { store, stored } = await filled()
  let masked = 0
  for (const each of fc.sample(sight, { seed: 5, numRuns: 60 })) {
    for (const type of ['Patient', 'RelatedPerson'] as const) {
      for (const clause of MASKABLE) {
        const text = `${clause}&_sort=name&_count=500&_total=accurate`
        const query = parseSearch(type, new URLSearchParams(text), OPTIONS)
        const page = await store.search(query, each)
        const candidates = stored
          .filter(({ origin }) => origin.type === type && covers(each, origin))
          .map((resource) => asSeen(each, resource.origin, indexed(resource)))
        const expected = searchInMemory(query, candidates)
        const said = `${type}?${clause} ${JSON.stringify(each)}`
        const ids = page.hits.map(({ resource }) => resource.key.id)
        assert.deepEqual([...ids].sort(), expected.matches.map(({ key }) => key.id).sort(), said)
        assert.equal(page.total, expected.total, said)
        masked += candidates.filter(({ entries }) => entries.strings.length === 0).length
      }
    }
  }
  assert.ok(masked > 100, 'enough is masked to prove something')
})

test('an include reveals nothing that is masked', async () => {
  const { store } = await filled()
  const options = { ...OPTIONS }
  const query = parseSearch('RelatedPerson', [['_include', 'RelatedPerson:patient']], options)
  const page = await store.search(query, mintSight({ ...EVERYTHING, types: ['RelatedPerson'] }))
  assert.deepEqual(
    page.hits.filter(({ mode }) => mode === 'include'),
    [],
  )
})

test('a sight that forgot a block would be caught', async () => {
  const { store, stored } = await filled()
  const closed: Block = {
    patient: '1',
    unit: 'SE1-a',
    process: undefined,
    from: undefined,
    to: undefined,
    exempt: [],
  }
  const right = mintSight({ ...EVERYTHING, blocked: [closed] })
  const page = await store.search(
    parseSearch('Observation', [['_count', '500']], OPTIONS),
    mintSight(EVERYTHING),
  )
  const expected = stored.filter(
    ({ origin }) => origin.type === 'Observation' && covers(right, origin),
  )
  assert.notDeepEqual(names(page.hits.map(({ resource }) => resource)), names(expected))
})

test('a label stays when the next version leaves it out, unless its author may take it away', async () => {
  const { store } = await filled()
  const key = { type: 'Patient', id: UUID } as const
  const plain = { resourceType: 'Patient', id: UUID, ...WHO }
  const resource = validResource(parseJson(Buffer.from(JSON.stringify(plain))))
  const update = { kind: 'update', key, resource, ifMatch: undefined } as const
  const author = { ...AUTHOR, ...NOWHERE }
  const [kept] = await store.transact([update], { ...author, mayUnlabel: false })
  assert.deepEqual(kept?.resource?.origin.labels, ['protected-identity'])
  const [taken] = await store.transact([update], author)
  assert.deepEqual(taken?.resource?.origin.labels, [])
})
