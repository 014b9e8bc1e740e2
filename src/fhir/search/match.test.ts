import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { FhirResource } from 'fhir/r4'
import type { ResourceType } from '../resource-type.ts'
import { indexResource } from './indexed-resource.ts'
import { parseSearch } from './parse.ts'
import { searchInMemory } from './search-in-memory.ts'
import { searchParametersOf } from './search-parameter.ts'

const BASE = 'https://karna.example/fhir'

/** Numbers of the resources that a search finds. */
function found(type: ResourceType, query: string, resources: readonly object[]): string {
  const options = {
    types: new Map([[type, { searchParams: searchParametersOf(type) }]]),
    base: BASE,
    now: Date.UTC(2026, 0, 1),
  }
  const indexed = resources.map((each, number) =>
    indexResource({ resourceType: type, id: `${number}`, ...each } as FhirResource, BASE),
  )
  const { matches } = searchInMemory(
    parseSearch(type, new URLSearchParams(query), options),
    indexed,
  )
  return matches.map(({ key }) => key.id).join(' ')
}

function finds(type: ResourceType, resources: readonly object[], expected: object) {
  for (const [query, numbers] of Object.entries(expected)) {
    assert.equal(found(type, query, resources), numbers, query)
  }
}

test('tokens match by system and code', () => {
  const coded = (...coding: object[]) => ({ code: { coding } })
  const resources = [
    coded({ system: 's', code: 'a' }),
    coded({ code: 'A' }),
    coded({ system: 's', code: 'b' }, { system: 't', code: 'a' }),
    { code: { text: 'Blodtryck' } },
    {},
  ]
  finds('Observation', resources, {
    'code=a': '0 1 2',
    'code=s|A': '0',
    'code=|a': '1',
    'code=s|': '0 2',
    'code=s|b,|a': '1 2',
    'code=s|b&code=t|a': '2',
    'code:not=a': '3 4',
    'code:not=s|a,s|b': '1 3 4',
    'code:text=blod': '3',
    'code:text=tryck': '',
    'code:missing=true': '4',
    'code:missing=false': '0 1 2 3',
  })
})

test('strings match from the beginning, anywhere, or exactly', () => {
  const resources = [
    { name: [{ family: 'Åkerström', given: ['Anna-Karin'] }] },
    { name: [{ family: 'Åker' }, { family: 'Ström' }] },
    { name: [{ text: 'Lindén, Bo' }] },
  ]
  finds('Patient', resources, {
    'name=åker': '0 1',
    'name=aker': '',
    'name=ström': '1',
    'name:contains=STRÖM': '0 1',
    'name:exact=Åker': '1',
    'name:exact=åker': '',
    'name=anna karin': '0',
    'name=linden bo': '2',
    'family=åker&family=ström': '1',
  })
})

test('references match here by id, elsewhere by URL', () => {
  const to = (reference: string) => ({ subject: { reference } })
  const resources = [
    to('Patient/1'),
    to(`${BASE}/Patient/1`),
    to('Patient/1/_history/2'),
    to('https://other.example/fhir/Patient/1'),
    to('Group/1'),
    { subject: { identifier: { system: 's', value: 'X' } } },
  ]
  finds('Observation', resources, {
    'patient=1': '0 1 2',
    'subject=Patient/1': '0 1 2',
    'subject=Patient/1/_history/2': '2',
    'subject=1': '0 1 2 4',
    'subject:Group=1': '4',
    'subject=https://other.example/fhir/Patient/1': '3',
    'subject:identifier=s|x': '5',
    'subject:identifier=X': '5',
    'subject:identifier=|X': '',
    'patient:missing=true': '4 5',
  })
})

test('a canonical matches with its version or without', () => {
  const resources = [{ questionnaire: 'http://q|1' }, { questionnaire: 'http://q' }]
  finds('QuestionnaireResponse', resources, {
    'questionnaire=http://q': '0 1',
    'questionnaire=http://q|1': '0',
    'questionnaire=http://q|2': '',
  })
})

test('dates match as periods', () => {
  const during = (start?: string, end?: string) => ({ effectivePeriod: { start, end } })
  const resources = [
    { effectiveDateTime: '2025-03-01' },
    { effectiveDateTime: '2025-03' },
    { effectiveDateTime: '2025-03-01T12:00:00Z' },
    during('2025-02-01', '2025-03-01T06:00:00Z'),
    during('2025-03-02'),
    during(undefined, '2025-02-28'),
    {},
  ]
  finds('Observation', resources, {
    'date=2025-03-01': '0 2',
    'date=2025-03': '0 1 2',
    'date=ne2025-03': '3 4 5',
    'date=gt2025-03-01': '1 4',
    'date=lt2025-03-01': '3 5',
    'date=ge2025-03-01': '0 1 2 3 4',
    'date=le2025-03-01': '0 1 2 3 5',
    'date=sa2025-03-01': '4',
    'date=eb2025-03-01': '5',
    'date=ap2025-03-20': '0 1 2 3 4 5',
    'date=ap2025-12-20': '4',
    'date=ge2025-03-01&date=lt2025-03-02': '0 1 2 3',
  })
})

test('a number of more digits than a double has is equal to itself, and to none beside it', () => {
  const of = (value: number) => ({ valueQuantity: { value } })
  finds('Observation', [of(0.1 + 0.2), of(0.3), of(-(2 ** 53)), of(-(2 ** 53) + 1)], {
    'value-quantity=0.30000000000000004': '0',
    'value-quantity=ne0.30000000000000004': '1 2 3',
    'value-quantity=-9007199254740992.0': '2',
  })
})

test('quantities match by value, system and code, or unit', () => {
  const of = (value: number, more = {}) => ({
    valueQuantity: { value, system: 'u', code: 'mg', unit: 'milligram', ...more },
  })
  const resources = [of(5.4), of(5.44), of(5), of(5, { code: 'g' }), of(6, { comparator: '<' })]
  finds('Observation', resources, {
    'value-quantity=5.4': '0 1',
    'value-quantity=5.40': '0',
    'value-quantity=5.0||mg': '2',
    'value-quantity=5.0||milligram': '2 3',
    'value-quantity=5|u|g': '3',
    'value-quantity=5|x|mg': '',
    'value-quantity=gt5': '0 1 4',
    'value-quantity=lt5': '4',
    'value-quantity=ge5.44||mg': '1 4',
    'value-quantity=sa5.4': '1',
    'value-quantity=eb5.4': '2 3',
    'value-quantity=ap5|u|mg': '0 1 2 4',
    'value-quantity=ne5.4': '2 3 4',
  })
})

test('uris match exactly, or by their levels', () => {
  const resources = ['http://a/b', 'http://a/b/c', 'http://a/bc', 'urn:a:b'].map((url) => ({ url }))
  finds('ValueSet', resources, {
    'url=http://a/b': '0',
    'url=http://A/b': '',
    'url:below=http://a/b': '0 1',
    'url:above=http://a/b/c/d': '0 1',
    'url:below=urn:a': '',
  })
})

test('id and lastUpdated are those of the resource', () => {
  const resources = [{ id: 'a', meta: { lastUpdated: '2026-01-01T08:00:00.000Z' } }, { id: 'A' }]
  finds('Patient', resources, {
    '_id=a': 'a',
    '_id=a,A,b': 'A a',
    '_lastUpdated=ge2026-01-01': 'a',
    '_lastUpdated:missing=true': 'A',
  })
})
