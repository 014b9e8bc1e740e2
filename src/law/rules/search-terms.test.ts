import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { asKind, nurse, owner } from '../../../tests/law-builders.ts'
import type { ResourceType } from '../../fhir/resource-type.ts'
import { parseSearch } from '../../fhir/search/parse.ts'
import { searchParametersOf } from '../../fhir/search/search-parameter.ts'
import { searchTerms } from './search-terms.ts'

function asked(type: ResourceType, text: string) {
  const types = new Map([[type, { searchParams: searchParametersOf(type) }]])
  return parseSearch(type, new URLSearchParams(text), { types, base: undefined, now: 0 })
}

describe('search terms (PDL 2:8)', () => {
  for (const [type, text, paragraph] of [
    ['Observation', 'code=http://loinc.org|69490-1', 'PDL 2:8'],
    ['Observation', 'code=69490-1', 'PDL 2:8'],
    ['Observation', 'code=718-7,76690-7', 'PDL 2:8'],
    ['Observation', 'code:not=http://loinc.org|32624-9', 'PDL 2:8'],
    ['Condition', 'code=http://snomed.info/sct|446654005', 'PDL 2:8'],
    ['Patient', 'language=so', 'PDL 2:8'],
    ['Patient', '_security=x|sekretessmarkering', 'OSL 22:1'],
    ['Observation', 'code=http://loinc.org|718-7', undefined],
    ['Observation', 'code=urn:other|69490-1', undefined],
    ['Condition', 'code=F10.2', undefined],
    ['Patient', 'name=a', undefined],
    ['Observation', '_security=x|y', undefined],
  ] as const) {
    test(`${type}?${text} is ${paragraph ? 'refused' : 'asked'}`, () => {
      assert.equal(searchTerms(nurse, asked(type, text))?.paragraph, paragraph)
    })
  }

  test('hold for the patient too, and not where there are no patients or for imports', () => {
    const query = asked('Observation', 'code=69490-1')
    assert.equal(searchTerms(owner, query)?.paragraph, 'PDL 2:8')
    assert.equal(searchTerms(asKind('sandbox'), query), undefined)
    assert.equal(searchTerms(asKind('migration'), query), undefined)
  })
})
