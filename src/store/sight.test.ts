import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { freshDatabaseUrl } from '../../tests/database.ts'
import { createDatabase } from '../db/database.ts'
import { parseJson } from '../fhir/json/parse.ts'
import { parseSearch } from '../fhir/search/parse.ts'
import { searchParametersOf } from '../fhir/search/search-parameter.ts'
import { type Block, covers, mintSight, type Sight } from '../fhir/sight.ts'
import { validResource } from '../fhir/validation/validate.ts'
import { createStore } from './store.ts'

const opened: (() => Promise<void>)[] = []
after(async () => {
  for (const close of opened) await close()
})

const PATIENTS = ['1', 'd2719c1e-7e0c-4d3c-9d0e-0a4c4f9f0002', undefined]
const UNITS = ['SE1-a', 'SE1-b']
const PROVIDERS = ['SE1', 'SE2']
const TIMES = ['2020-05-01', '2024-05-01', undefined]
const YEAR_2024 = [Date.UTC(2024, 0, 1), Date.UTC(2025, 0, 1)] as const

const everything = mintSight({ patients: 'all', providers: 'all', types: 'all', blocked: [] })

/** Every resource: each type, patient, unit, provider and time. */
function resources() {
  return PATIENTS.flatMap((patient) =>
    UNITS.flatMap((unit) =>
      PROVIDERS.flatMap((provider) => [
        ...TIMES.map((time) => ({
          unit,
          provider,
          value: {
            resourceType: 'Observation',
            status: 'final',
            code: { text: 'x' },
            ...(patient && { subject: { reference: `Patient/${patient}` } }),
            ...(time && { effectiveDateTime: time }),
          },
        })),
        { unit, provider, value: { resourceType: 'Location', name: 'x' } },
      ]),
    ),
  )
}

function sights(): Sight[] {
  const block = (unit: string, period: readonly [number, number] | undefined): Block => ({
    patient: '1',
    unit,
    from: period?.[0],
    to: period?.[1],
  })
  const blocks = [
    [],
    [block('SE1-a', undefined)],
    [block('SE1-a', YEAR_2024), block('SE1-b', undefined)],
    [block('no-such-unit', undefined)],
  ]
  const patients = ['all', ['1'], ['1', PATIENTS[1] ?? ''], [], ['nobody']] as const
  const providers = ['all', ['SE1'], ['SE1', 'SE2'], ['no-such']] as const
  const types = ['all', ['Observation'], ['Patient']] as const
  return patients.flatMap((who) =>
    providers.flatMap((whose) =>
      types.flatMap((what) =>
        blocks.map((blocked) =>
          mintSight({ patients: who, providers: whose, types: what, blocked }),
        ),
      ),
    ),
  )
}

test('the store shows exactly what a sight covers, in pages and totals', async () => {
  const db = createDatabase(await freshDatabaseUrl())
  opened.push(() => db.end())
  const store = await createStore({ db, region: 'r', now: Date.now, alongside: undefined })
  const stored = await Promise.all(
    resources().map(async ({ value, unit, provider }) => {
      const resource = validResource(parseJson(Buffer.from(JSON.stringify(value))))
      const author = {
        sight: everything,
        unit,
        provider,
        mayChooseId: true,
        originOf: undefined,
        logEntry: undefined,
      }
      const change = {
        kind: 'create',
        type: resource.type,
        resource,
        id: undefined,
        ifNoneExist: undefined,
      } as const
      const [result] = await store.transact([change], author)
      if (!result?.resource) throw new Error('a create gives what it made')
      return result.resource
    }),
  )
  const types = new Map(
    (['Observation', 'Location'] as const).map((type) => [
      type,
      { searchParams: searchParametersOf(type) },
    ]),
  )
  for (const sight of sights()) {
    for (const type of ['Observation', 'Location'] as const) {
      const query = parseSearch(
        type,
        [
          ['_total', 'accurate'],
          ['_count', '200'],
        ],
        { types, base: undefined, now: 0 },
      )
      const page = await store.search(query, sight)
      const expected = stored.filter(({ origin }) => origin.type === type && covers(sight, origin))
      const names = (list: readonly { key: { id: string } }[]) =>
        list.map(({ key }) => key.id).sort()
      assert.deepEqual(
        names(page.hits.map(({ resource }) => resource)),
        names(expected),
        JSON.stringify(sight),
      )
      assert.equal(page.total, expected.length)
      const { versions } = await store.history(
        { type, id: undefined, since: undefined, count: 200, cursor: undefined },
        sight,
      )
      assert.deepEqual(names(versions), names(expected), `history ${JSON.stringify(sight)}`)
    }
  }
})
