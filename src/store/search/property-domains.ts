import fc from 'fast-check'
import type { ResourceType } from '../../fhir/resource-type.ts'

/** Resources of one type, and searches for them: what the property test tries. */
export interface Domain {
  readonly type: ResourceType
  readonly resource: fc.Arbitrary<object>
  readonly clause: fc.Arbitrary<readonly [name: string, value: string]>
  /** Values of `_sort`. */
  readonly sorts: readonly string[]
}

const one = <T>(...values: T[]) => fc.constantFrom(...values)
const some = <T>(each: fc.Arbitrary<T>, maxLength: number) =>
  fc.option(fc.array(each, { minLength: 1, maxLength }), { nil: undefined })
const CODES = ['A', 'a', 'b-1', 'Ö']
const SYSTEMS = ['urn:s', 'urn:t']
const DATES = [
  '2024',
  '2024-02',
  '2024-02-29',
  '2024-02-29T12:00:00Z',
  '2025-01-01T00:30:00+01:00',
  '1066-10-14',
]
const LONG = 'x'.repeat(400)
const TEXTS = ['Åsa', 'Asa', 'åkerlund', 'Edén', 'eden', 'Ö', `${LONG}Å`, `${LONG}A`]
const URLS = ['http://a.se/x', 'http://a.se/x/y', 'http://a.se/xy', 'urn:oid:1.2', 'http://a.se']

const prefix = one('', 'eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb')
const prefixed = (values: readonly string[]) =>
  fc.tuple(prefix, one(...values)).map((parts) => parts.join(''))
const named = (names: readonly string[], value: fc.Arbitrary<string>) =>
  fc.tuple(one(...names), value)
const missing = (...names: string[]) =>
  named(
    names.map((name) => `${name}:missing`),
    one('true', 'false'),
  )

/** When it was last changed, of any type. */
export const updated = named(
  ['_lastUpdated'],
  prefixed(['2024', '2024-02', '2024-02-29', '2024-02-15T12:00:00Z', '2024-03-01']),
)

const coding = fc.record(
  { system: one(...SYSTEMS), code: one(...CODES) },
  { requiredKeys: ['code'] },
)
const effective = fc.oneof(
  fc.record({ effectiveDateTime: one(...DATES) }),
  fc.record({
    effectivePeriod: fc
      .record(
        { start: one('2024-01-01', '2023'), end: one('2024-06', '2026') },
        { requiredKeys: [] },
      )
      .filter((period) => Object.keys(period).length > 0),
  }),
  fc.record({
    effectiveTiming: fc.record({
      event: fc.array(one('2024-02-29', '2025-03-01'), { minLength: 1, maxLength: 2 }),
    }),
  }),
  fc.constant({}),
)
const quantity = fc.oneof(
  fc.record({ value: one(5, 5.4, 5.395, -1, 100), unit: one('mg', 'g') }),
  fc.record({ value: one(5, 5.4, 5.395, -1, 100), system: one('urn:u'), code: one('mg', 'g') }),
)
const value = fc.oneof(
  fc.record({ valueQuantity: quantity }),
  fc.record({ valueString: one(...TEXTS) }),
  fc.constant({}),
)

const component = fc.record(
  { code: coding.map((each) => ({ coding: [each], text: 'Längd' })), valueQuantity: quantity },
  { requiredKeys: ['code'] },
)

const observation: Domain = {
  type: 'Observation',
  resource: fc
    .tuple(
      fc.array(coding, { minLength: 1, maxLength: 2 }),
      effective,
      value,
      one('Patient/1', 'Patient/2', undefined),
      some(component, 2),
    )
    .map(([codings, time, measured, subject, components]) => ({
      resourceType: 'Observation',
      status: 'final',
      code: { coding: codings, text: 'Vikt' },
      ...time,
      ...measured,
      ...(subject && { subject: { reference: subject } }),
      ...(components && { component: components }),
    })),
  clause: fc.oneof(
    named(
      ['code', 'code:not', 'component-code', 'combo-code', 'combo-code:not'],
      one('A', 'b-1', 'urn:s|a', '|A', 'urn:t|', 'A,urn:s|Ö', 'none'),
    ),
    named(['code:text', 'combo-code:text'], one('vik', 'kt', 'läng')),
    named(['date'], prefixed(DATES)),
    named(
      ['value-quantity', 'combo-value-quantity'],
      prefixed(['5', '5.4', '5.40', '-1', '5.4|urn:u|mg', '5||g']),
    ),
    named(
      ['value-string', 'value-string:exact', 'value-string:contains'],
      one('å', 'Åsa', 'eden', 'ö', 's', `${LONG}å`, `${LONG}Å`),
    ),
    named(['subject', 'patient'], one('Patient/1', '2', 'Patient/1,Patient/2')),
    missing('subject', 'date', 'value-quantity', 'combo-value-quantity', 'combo-value-concept'),
  ),
  sorts: [
    '',
    'date',
    '-date',
    '-value-string',
    '-combo-value-quantity',
    'combo-code',
    'code',
    '-code',
    'subject',
    '-subject,code',
  ],
}

const name = fc.record(
  { family: one(...TEXTS), given: fc.array(one(...TEXTS), { minLength: 1, maxLength: 2 }) },
  { requiredKeys: ['family'] },
)
const identifier = fc.record(
  { system: one(...SYSTEMS), value: one(...CODES) },
  { requiredKeys: ['value'] },
)

const patient: Domain = {
  type: 'Patient',
  resource: fc
    .record({
      name: some(name, 2),
      identifier: some(identifier, 2),
      gender: one('male', 'female', undefined),
      birthDate: one('1970', '1970-01', '1970-01-01', '2001-12-31', undefined),
      organization: one('Organization/1', 'http://a.se/fhir/Organization/1', undefined),
      active: one(true, false, undefined),
    })
    .map(({ organization, ...rest }) => ({
      resourceType: 'Patient',
      ...rest,
      ...(organization && { managingOrganization: { reference: organization } }),
    })),
  clause: fc.oneof(
    named(['name', 'family', 'given', 'family:exact', 'given:contains'], one(...TEXTS, 'a', 'å')),
    named(['identifier', 'identifier:not'], one('A', 'urn:s|A', '|b-1', 'urn:t|')),
    named(['gender', 'gender:not'], one('male', 'female', 'male,female')),
    named(['birthdate'], prefixed(['1970', '1970-01', '1970-01-01', '2002'])),
    named(['organization'], one('1', 'Organization/1', 'http://a.se/fhir/Organization/1')),
    named(['active'], one('true', 'false')),
    missing('name', 'identifier', 'gender', 'birthdate', 'organization'),
  ),
  sorts: ['', 'family', '-name', 'birthdate,-family', 'identifier', '-gender', 'organization'],
}

const valueSet: Domain = {
  type: 'ValueSet',
  resource: fc
    .record({
      url: one(...URLS, undefined),
      version: one('1', '2', undefined),
      title: one(...TEXTS, undefined),
      date: one(...DATES, undefined),
      status: one('draft', 'active'),
    })
    .map((rest) => ({ resourceType: 'ValueSet', ...rest })),
  clause: fc.oneof(
    named(['url', 'url:below', 'url:above'], one(...URLS, 'http://a.se/', 'http://a.se/x/y/z')),
    named(['version'], one('1', '2,3')),
    named(['title', 'title:contains', 'title:exact'], one(...TEXTS)),
    named(['date'], prefixed(DATES)),
    named(['status', 'status:not'], one('draft', 'active')),
    missing('url', 'version', 'title', 'date'),
  ),
  sorts: ['', 'url', '-url', 'title', '-date,title', 'version'],
}

const riskAssessment: Domain = {
  type: 'RiskAssessment',
  resource: fc
    .record({
      occurrenceDateTime: one(...DATES, undefined),
      condition: one('Condition/1', 'Condition/2/_history/3', undefined),
      probability: some(one(0.1, 0.15, 1, 100), 2),
      subjectCode: one(...CODES),
    })
    .map(({ condition, probability, subjectCode, ...rest }) => ({
      resourceType: 'RiskAssessment',
      status: 'final',
      subject: { identifier: { system: 'urn:s', value: subjectCode } },
      ...rest,
      ...(condition && { condition: { reference: condition } }),
      ...(probability && {
        prediction: probability.map((decimal) => ({ probabilityDecimal: decimal })),
      }),
    })),
  clause: fc.oneof(
    named(['probability'], prefixed(['0.1', '0.10', '0.15', '1', '1e2', '-1'])),
    named(
      ['condition'],
      one('1', 'Condition/2', 'Condition/2/_history/3', 'Condition/2/_history/4'),
    ),
    named(['subject:identifier'], one('A', 'urn:s|b-1', '|A', 'none')),
    named(['date'], prefixed(DATES)),
    missing('probability', 'condition', 'date', 'subject'),
  ),
  sorts: ['', 'probability', '-probability', 'condition', '-date', 'subject'],
}

/** Between them every kind of search parameter, modifier and prefix. */
export const DOMAINS: readonly Domain[] = [observation, patient, valueSet, riskAssessment]
