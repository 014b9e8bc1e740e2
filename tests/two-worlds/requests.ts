import { chanceFrom } from '../law-oracle/cells.ts'
import { TAINT } from './worlds.ts'

/** One request, the same to both worlds. */
export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly body?: object
  readonly headers?: Record<string, string>
}

const OBSERVATIONS = [
  'v0',
  'v1',
  'v7',
  'v-centre',
  'v-private',
  'h-psychiatry0',
  'h-centre1',
  'h-private2',
  'h-other0',
  'h-own-other0',
  'h-insurance',
  'nowhere',
]
const PATIENTS = ['p1', 'p2', 'p3', 'p9']
const TYPES = [
  'Observation',
  'Condition',
  'Encounter',
  'DiagnosticReport',
  'Patient',
  'RelatedPerson',
  'Organization',
  'Consent',
  'Provenance',
  'List',
  'Binary',
]
const KEYS = [
  ...OBSERVATIONS.map((id) => `Observation/${id}`),
  ...PATIENTS.map((id) => `Patient/${id}`),
  'Condition/c1',
  'Condition/h-c',
  'Encounter/e1',
  'Encounter/h-e',
  'Encounter/e3',
  'DiagnosticReport/d1',
  'DiagnosticReport/h-d',
  'RelatedPerson/r3',
  'Organization/g1',
  'Consent/h-block',
  'Provenance/h-provenance',
  'List/h-list',
  'Binary/h-binary',
]

const CLAUSES: Readonly<Record<string, readonly string[]>> = {
  Observation: [
    'code=c1',
    'code:not=c1',
    'code:text=zq7',
    'date=ge2024',
    'date=lt2024',
    'value-quantity=gt2',
    'status=final',
    'date:missing=false',
    'encounter=Encounter/e1',
    'encounter:missing=true',
    '_id=v1,h-centre1,h-other0',
  ],
  Condition: ['code=c1', 'code:text=zq7', 'code:missing=true', '_id=h-c'],
  Encounter: ['status=finished', 'class=AMB', 'status:not=finished', '_id=h-e,e1,e3'],
  DiagnosticReport: ['result=Observation/v1', 'result=Observation/h-centre0', 'status=final'],
  Patient: [
    `name=${TAINT}`,
    'name=e',
    'family=al',
    'birthdate=1990-01-01',
    `address-city=${TAINT}`,
    'address:missing=true',
    'phone:missing=false',
    `telecom=070-${TAINT}`,
    'general-practitioner=Organization/g1',
    'organization:missing=true',
    '_id=p3,p1',
  ],
  RelatedPerson: ['patient=p3', `name=${TAINT}`, 'name:missing=true', 'phone:missing=false'],
  Organization: ['name=e', '_id=g1'],
  Consent: ['status=active'],
  Provenance: ['target=Observation/h-psychiatry0', 'target=Patient/p1'],
  List: ['status=current', 'item=Observation/h-psychiatry0'],
  Binary: ['_id=h-binary'],
}
const INCLUDES = [
  '_include=*',
  '_include=DiagnosticReport:result',
  '_include=Observation:subject',
  '_include=Patient:general-practitioner',
  '_revinclude=Observation:encounter',
  '_revinclude=DiagnosticReport:result',
  '_revinclude=Patient:general-practitioner',
  '_revinclude=Observation:subject',
  '_include:iterate=Observation:encounter',
]
const SHAPES = [
  '_count=1',
  '_count=3',
  '_count=0',
  '_summary=count',
  '_summary=true',
  '_total=accurate',
  '_elements=name,address,code',
  '_sort=-date',
  '_sort=name',
  '_sort=family',
  '_sort=birthdate',
  '_sort=value-quantity',
  '_lastUpdated=gt2020-01-01',
  '_unknown=1',
  '_sort=nothing',
]

/** A stream of requests that can be had again: reads, searches, histories, operations, refused writes and nonsense. */
export function requestsFrom(seed: number): () => Asked {
  const chance = chanceFrom(seed)
  const one = <T>(list: readonly T[]): T => list[Math.floor(chance() * list.length)] as T
  const often = (share: number) => chance() < share
  const kinds: readonly (() => Asked)[] = [
    () =>
      get(
        `${one(KEYS)}${one(['', '', '', '?_summary=true', '/_history', '/_history/1', '/_history/2'])}`,
      ),
    () => ({ ...get(one(KEYS)), headers: { 'if-none-match': one(['W/"1"', 'W/"2"']) } }),
    () => search(one, often),
    () => search(one, often),
    () => search(one, often),
    () => get(`${one([...TYPES, ''])}/_history?_count=${one([1, 3, 50])}`.replace(/^\//, '')),
    () =>
      get(
        `Patient/${one(PATIENTS)}/${one(['$blocked', '$explain', `$explain?resource=${one(KEYS)}`])}`,
      ),
    () => refusedWrite(one),
    () => batch(one, often),
    () => batch(one, often),
  ]
  return () => one(kinds)()
}

type One = <T>(list: readonly T[]) => T
type Often = (share: number) => boolean

const get = (path: string): Asked => ({ method: 'GET', path })

function search(one: One, often: Often): Asked {
  const type = one(TYPES)
  const named = ['Patient', 'Organization', 'Binary'].includes(type)
    ? ''
    : `patient=${one(PATIENTS)}`
  const parts = [
    often(0.6) ? named : '',
    often(0.7) ? one(CLAUSES[type] ?? []) : '',
    often(0.3) ? one(CLAUSES[type] ?? []) : '',
    often(0.3) ? one(INCLUDES) : '',
    often(0.5) ? one(SHAPES) : '',
    often(0.2) ? one(SHAPES) : '',
  ].filter(Boolean)
  return get(`${type}?${parts.join('&')}`)
}

/** Writes that change nothing: at what isn't there to be seen, and what the law or the version refuses. */
function refusedWrite(one: One): Asked {
  const id = one([
    'h-psychiatry0',
    'h-centre1',
    'h-private2',
    'h-other0',
    'h-insurance',
    'nowhere',
    'v-centre',
  ])
  const path = `Observation/${id}`
  const body = {
    resourceType: 'Observation',
    id,
    status: 'final',
    code: { text: 'x' },
    subject: { reference: `Patient/${one(['p1', 'p2'])}` },
  }
  return one<Asked>([
    { method: 'PUT', path, body },
    { method: 'DELETE', path },
    { method: 'PUT', path, body, headers: { 'if-match': 'W/"1"' } },
    { method: 'PUT', path: 'Patient/p3', body: { resourceType: 'Patient', id: 'p3' } },
    { method: 'DELETE', path: 'Patient/p3' },
    {
      method: 'POST',
      path: 'Observation',
      body: { ...body, subject: { reference: 'Patient/p2' } },
    },
  ])
}

function batch(one: One, often: Often): Asked {
  const asked = Array.from({ length: 16 }, (_, index) =>
    index % 3 === 0 ? get(one(KEYS)) : search(one, often),
  )
  const entry = asked.map(({ method, path }) => ({ request: { method, url: path } }))
  return { method: 'POST', path: '', body: { resourceType: 'Bundle', type: 'batch', entry } }
}
