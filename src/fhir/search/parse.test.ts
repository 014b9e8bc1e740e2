import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Problem } from '../problem.ts'
import type { ResourceType } from '../resource-type.ts'
import { parseSearch } from './parse.ts'
import type { SearchOptions } from './search-options.ts'
import { searchParametersOf } from './search-parameter.ts'

const BASE = 'https://karna.example/fhir'
const TYPES: readonly ResourceType[] = ['Patient', 'Observation', 'Encounter', 'ValueSet', 'Basic']
const options: SearchOptions = {
  types: new Map(TYPES.map((type) => [type, { searchParams: searchParametersOf(type) }])),
  base: BASE,
  now: Date.UTC(2026, 0, 1),
}

/** Reads `name=value&name=value` as it stands, without decoding. */
function parse(type: ResourceType, query: string, with_ = options) {
  const parameters = query.split('&').map((pair): [string, string] => {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(pair) ?? []
    return [name, value]
  })
  return parseSearch(type, parameters, with_)
}

const values = (type: ResourceType, query: string) => parse(type, query).clauses[0]?.values

function refuses(type: ResourceType, query: string, code: string): string {
  let message = ''
  assert.throws(
    () => parse(type, query),
    (problem: Problem) => {
      message = problem.message
      return problem.code === code
    },
    query,
  )
  return message
}

test('a token has a system, none, any, or only a system', () => {
  assert.deepEqual(values('Observation', 'code=s|a,|b,c,s|,d\\|e\\,f'), [
    { kind: 'token', system: 's', code: 'a' },
    { kind: 'token', system: '', code: 'b' },
    { kind: 'token', system: undefined, code: 'c' },
    { kind: 'token', system: 's', code: undefined },
    { kind: 'token', system: undefined, code: 'd|e,f' },
  ])
})

test('escapes are taken away last', () => {
  assert.deepEqual(values('Patient', 'name=a\\\\,b\\,c\\$\\x'), [
    { kind: 'string', text: 'a\\' },
    { kind: 'string', text: 'b,c$\\x' },
  ])
})

test('a reference is an id, a type and id, an address of ours, or a URL', () => {
  const one = { kind: 'reference', type: 'Patient', id: '1', version: undefined, url: undefined }
  for (const value of ['patient=1', 'patient=Patient/1', `patient=${BASE}/Patient/1`]) {
    assert.deepEqual(values('Observation', value), [one], value)
  }
  assert.deepEqual(values('Observation', 'subject:Patient=1'), [one])
  assert.deepEqual(values('Observation', 'subject=1'), [{ ...one, type: undefined }])
  const url = 'https://other.example/Patient/1'
  assert.deepEqual(values('Observation', `subject=${url}`), [{ ...one, url }])
  assert.deepEqual(values('Observation', 'subject=urn:uuid:5'), [
    { ...one, type: undefined, id: undefined, url: 'urn:uuid:5' },
  ])
})

test('a logical reference is found by its identifier', () => {
  assert.deepEqual(values('Observation', 'subject:identifier=s|1'), [
    { kind: 'identifier', system: 's', value: '1' },
  ])
})

test('a date covers its precision, and ap a tenth of the time from now', () => {
  const [lo, hi] = [Date.UTC(2025, 0, 1), Date.UTC(2026, 0, 1)]
  assert.deepEqual(values('Observation', 'date=ge2025'), [{ kind: 'date', prefix: 'ge', lo, hi }])
  const year = hi - lo
  assert.deepEqual(values('Observation', 'date=ap2025'), [
    { kind: 'date', prefix: 'ap', lo: lo - year / 10, hi },
  ])
})

test('a quantity covers what its digits imply, without binary dust', () => {
  const range = (text: string) => {
    const [value] = values('Observation', `value-quantity=${text}`) ?? []
    return value?.kind === 'quantity' && [value.value, value.lo, value.hi]
  }
  assert.deepEqual(range('5.4'), [5.4, 5.35, 5.45])
  assert.deepEqual(range('5.40'), [5.4, 5.395, 5.405])
  assert.deepEqual(range('100'), [100, 99.5, 100.5])
  assert.deepEqual(range('1e2'), [100, 95, 105])
  assert.deepEqual(range('-0.1'), [-0.1, -0.15, -0.05])
  assert.deepEqual(range('ap100'), [100, 90, 110])
})

test('a quantity may have a system and code, or a unit', () => {
  const [first, second] = values('Observation', 'value-quantity=lt5|http://u|mg,5||mg') ?? []
  assert.ok(first?.kind === 'quantity' && second?.kind === 'quantity')
  assert.deepEqual([first.prefix, first.system, first.code], ['lt', 'http://u', 'mg'])
  assert.deepEqual([second.prefix, second.system, second.code], ['eq', undefined, 'mg'])
})

test('missing takes true or false', () => {
  const missing = { kind: 'missing', missing: true }
  assert.deepEqual(values('Observation', 'code:missing=true'), [missing])
  refuses('Observation', 'code:missing=yes', 'invalid')
})

test('the answer is sorted, counted and cut down as asked', () => {
  const query = parse(
    'Patient',
    '_sort=-birthdate,name&_count=5000&_total=accurate&_elements=name,id&_cursor=x&_format=json',
  )
  assert.deepEqual(query.sort, [
    { param: 'birthdate', kind: 'date', descending: true },
    { param: 'name', kind: 'string', descending: false },
  ])
  assert.deepEqual([query.count, query.total, query.cursor], [1000, 'accurate', 'x'])
  assert.deepEqual(query.elements, ['name', 'id'])
})

test('no page is wanted where only the number is', () => {
  for (const text of ['_count=0', '_summary=count']) {
    const { count, total } = parse('Patient', text)
    assert.deepEqual([count, total], [0, 'accurate'])
  }
})

test('what to include is read, the wild too', () => {
  const query = parse(
    'Observation',
    '_include=Observation:subject:Patient&_include:iterate=Encounter:*&_include=*&_revinclude=Observation:has-member',
  )
  assert.deepEqual(
    query.includes.map((each) => [
      each.direction,
      each.source,
      each.param,
      each.target,
      each.iterate,
    ]),
    [
      ['include', 'Observation', 'subject', 'Patient', false],
      ['include', 'Encounter', '*', undefined, true],
      ['include', 'Observation', '*', undefined, false],
      ['revinclude', 'Observation', 'has-member', undefined, false],
    ],
  )
})

test('an include that could never be is refused', () => {
  for (const value of ['Observation:code', 'Observation', 'Encounter:subject', 'Nonsense:x']) {
    refuses('Observation', `_include=${value}`, 'invalid')
  }
  refuses('Observation', '_include=Observation:subject:Basic', 'invalid')
  refuses('Patient', '_revinclude=Observation:encounter', 'invalid')
  refuses('Observation', '_revinclude=*', 'invalid')
  refuses('Observation', '_revinclude=Claim:patient', 'not-supported')
})

test('what is not supported is refused by its name', () => {
  assert.match(refuses('Patient', 'shoesize=44', 'not-supported'), /shoesize/)
  for (const query of ['name:fuzzy=x', 'birthdate:exact=2000', '_id:not=1', 'name:exact:x=1']) {
    refuses('Patient', query, 'not-supported')
  }
  for (const query of ['patient.name=x', '_has:Observation:patient:code=x', 'code:in=v', '_sort=x'])
    refuses('Observation', query, 'not-supported')
  refuses('Claim', '_id=1', 'not-supported')
  const types = new Map([['Patient' as const, { searchParams: new Map([['_id', 'native']]) }]])
  assert.throws(() => parse('Patient', 'name=x', { ...options, types }), { code: 'not-supported' })
})

test('a value that cannot be read is refused without being repeated', () => {
  const observation = `code= code=a|b|c code=| code=a,,b date=2026-13 date=xx2026 value-quantity=five value-quantity=1e999
    value-quantity=5|mg subject=two%20words subject:Patient=Group/1 _count=-1 _total=all
    _elements=a.b _sort= _summary=all date=2026-01-01T08:00:00.000+1 subject=Patient/1/x`
  for (const query of observation.split(/\s+/)) refuses('Observation', query, 'invalid')
  refuses('Observation', '_count=1&_count=2', 'invalid')
  const message = refuses('Patient', 'birthdate=19121212-1212', 'invalid')
  assert.match(message, /birthdate/)
  assert.doesNotMatch(message, /1212/)
  assert.doesNotMatch(refuses('Patient', '19121212-1212=', 'not-supported'), /1212/)
})

test('the text is what was asked, for a URL, without the cursor', () => {
  const { text } = parse('Patient', 'name:exact=Åsa Ek&_cursor=z&identifier=http://s|1')
  assert.equal(text, 'name:exact=%C3%85sa%20Ek&identifier=http://s%7C1')
})

test('a search has as many conditions as can be planned for, and no more', () => {
  const asked = (count: number) => Array.from({ length: count }, (_, n) => `name=a${n}`).join('&')
  assert.equal(parse('Patient', asked(50)).clauses.length, 50)
  refuses('Patient', asked(51), 'too-costly')
})
