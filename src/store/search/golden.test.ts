import { after, type TestContext, test } from 'node:test'
import { freshDatabaseUrl } from '../../../tests/database.ts'
import { createDatabase } from '../../db/database.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import { parseSearch } from '../../fhir/search/parse.ts'
import { searchParametersOf } from '../../fhir/search/search-parameter.ts'
import { EVERYTHING, mintSight, type Sight } from '../../fhir/sight.ts'
import { createDictionary } from '../dictionary.ts'
import { compileSearch } from './search.ts'

/*
 * The SQL of representative searches lies in `*.golden.sql` beside this file, so that a change of it is read in review.
 * `npm run golden` writes it anew.
 */

const SEARCHES: Readonly<Record<string, readonly string[]>> = {
  'of-a-patient': [
    'Observation?patient=1',
    'Observation?patient=1&category=laboratory&_sort=-date&_count=50',
    'Observation?patient=1&code=http://loinc.org|718-7',
    'Observation?patient=1&date=ge2024-01-01&date=lt2025-01-01&_sort=date',
    'Observation?subject=Patient/1&status:not=entered-in-error',
    'Condition?patient=1&clinical-status=active,recurrence',
    'Condition?patient=1&onset-date=le2020',
    'Encounter?patient=1&date=2024&_sort=-date',
    'MedicationRequest?patient=1&status=active&_total=accurate',
    'AllergyIntolerance?patient=1',
    'Observation?patient=1,2',
  ],
  'of-tokens-and-references': [
    'Observation?code=718-7',
    'Observation?code=http://loinc.org|718-7,http://loinc.org|2345-7',
    'Observation?code=http://loinc.org|',
    'Observation?code=|718-7',
    'Observation?code:not=718-7',
    'Observation?code:text=hemo',
    'Observation?code:missing=true',
    'Observation?category=laboratory&code=718-7&_sort=-date',
    'Patient?identifier=urn:oid:1.2.752.129.2.1.3.1|191212121212',
    'Patient?_id=a,b',
    'Observation?encounter=Encounter/1',
    'Observation?performer=http://other/fhir/Practitioner/1',
    'Observation?has-member=1',
    'Patient?general-practitioner:identifier=urn:s|1',
    'Encounter?location:missing=false',
  ],
  'of-texts': [
    'Patient?name=ånn',
    'Patient?family=eden&given=ola&_sort=family,given',
    'Patient?family:exact=Edén',
    'Patient?name:contains=sson',
    'Patient?address-city=umeå&_sort=-birthdate&_total=accurate',
    'ValueSet?url=http://a.se/x',
    'ValueSet?url:below=http://a.se',
    'ValueSet?url:above=http://a.se/x/y',
  ],
  'of-ranges': [
    'Patient?birthdate=1970-05',
    'Patient?birthdate=sa1970&_sort=birthdate',
    'Observation?date=eb2024-01-01T12:00:00Z',
    'Observation?_lastUpdated=gt2024-01-01T00:00:00Z&_sort=_lastUpdated',
    'Observation?value-quantity=gt5.4|http://unitsofmeasure.org|mg',
    'Observation?code=718-7&value-quantity=le120||g/L&_sort=-value-quantity',
    'RiskAssessment?probability=ap0.8',
    'Patient?_sort=_id',
  ],
}

/** The first page of a search, and one after it. */
const AFTER = Buffer.from('["2024-01-01 00:00:00+00","00000000-0000-8000-8000-000000000000"]')
const CURSORS: Readonly<Record<string, string>> = {
  'Encounter?patient=1&date=2024&_sort=-date': AFTER.toString('base64url'),
}

const SIGHTS: Readonly<Record<string, Sight>> = {
  everything: mintSight(EVERYTHING),
  'one patient': mintSight({
    ...EVERYTHING,
    patients: ['1'],
    providers: ['provider'],
    units: ['unit'],
    blocked: [],
  }),
}

const opened: (() => Promise<void>)[] = []
after(async () => {
  for (const close of opened) await close()
})

for (const [name, searches] of Object.entries(SEARCHES)) {
  test(`the SQL of searches ${name.replaceAll('-', ' ')} is as it was read`, async (context) => {
    const db = createDatabase(await freshDatabaseUrl())
    opened.push(() => db.end())
    const dictionary = createDictionary(db)
    await dictionary.numbersOf(['unit', 'provider'])
    const texts: string[] = []
    for (const [index, text] of searches.entries()) {
      const sight = index % 2 === 0 && name === 'of-a-patient' ? 'one patient' : 'everything'
      const parts = { db, tenant: 1, dictionary }
      const query = { ...parsed(text), cursor: CURSORS[text] }
      const compiled = await compileSearch(parts, query, SIGHTS[sight] ?? mintSight(EVERYTHING))
      texts.push(`-- ${text} (sees ${sight})`, written(compiled.page))
      if (query.total !== 'none') texts.push('-- its total', written(compiled.total))
    }
    compare(context, `${texts.join('\n')}\n`, name)
  })
}

function compare(context: TestContext, text: string, name: string): void {
  context.assert.fileSnapshot(text, `src/store/search/${name}.golden.sql`, {
    serializers: [(value: string) => value],
  })
}

function parsed(text: string) {
  const [type = '', parameters = ''] = text.split('?')
  const known = type as ResourceType
  const types = new Map([[known, { searchParams: searchParametersOf(known) }]])
  return parseSearch(known, new URLSearchParams(parameters), { types, base: undefined, now: 0 })
}

/** A statement in lines without indentation, and its values. */
function written({ text, values }: { readonly text: string; readonly values: readonly unknown[] }) {
  const lines = text.split('\n').map((line) => line.trim())
  const shown = values.map((value, index) => `-- $${index + 1} = ${shownValue(value)}`)
  return `${lines.join('\n')};\n${shown.join('\n')}\n`
}

function shownValue(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString('hex') : JSON.stringify(value)
}
