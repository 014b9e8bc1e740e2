import { parseJson } from '../../src/fhir/json/parse.ts'
import type { Label } from '../../src/fhir/label.ts'
import { Problem } from '../../src/fhir/problem.ts'
import type { Author, Change, RecordSystem, StoredResource } from '../../src/fhir/record-system.ts'
import type { ResourceType } from '../../src/fhir/resource-type.ts'
import { seal } from '../../src/fhir/seal.ts'
import { parseSearch } from '../../src/fhir/search/parse.ts'
import { searchParametersOf } from '../../src/fhir/search/search-parameter.ts'
import { covers } from '../../src/fhir/sight.ts'
import { parseSmartScope } from '../../src/fhir/smart-scope.ts'
import { validResource } from '../../src/fhir/validation/validate.ts'
import type { Access } from '../../src/law/access.ts'
import type { Decision, DecisionKind } from '../../src/law/decision.ts'
import type { Facts, PatientFacts } from '../../src/law/facts.ts'
import type { Gate } from '../../src/law/gate.ts'
import { createGate } from '../../src/law/law.ts'
import type { Cell } from './cells.ts'
import type { Actor, Entry, Event, Patient } from './oracle.ts'

/** What a cell is asked as. */
export type Question = 'read' | 'search' | 'write'

/** Where a mutant may break the law: what it is told of a patient, on the way in. */
export type Break = (facts: PatientFacts) => PatientFacts

/** A gate of the real law over one entry and one patient's facts, both of a cell. */
export function createBench(broken: Break = (facts) => facts) {
  let cell: Cell | undefined
  const current = () => {
    if (!cell) throw new Error('ask about a cell first')
    return cell
  }
  const gate = createGate({
    region: 'r',
    system: systemOf(() => resourceOf(current().entry)),
    facts: factsOf((patient) =>
      broken(factsIn(patient === 'p1' ? current().patient : NOBODY, patient)),
    ),
    log: { contextOf: async () => ({ number: 1, digest: '' }), append: async () => {} },
    lookUps: { meet: async () => undefined },
    alerts: { raise: async () => {} },
    now: () => 0,
    originOf: undefined,
  })
  return async (asked: Cell, question: Question): Promise<boolean> => {
    cell = asked
    return ask(gate, accessOf(asked.actor), asked.entry, question)
  }
}

const NOBODY: Patient = { name: 'p2', age: 40, events: [] }

async function ask(gate: Gate, access: Access, entry: Entry, question: Question): Promise<boolean> {
  try {
    if (question === 'read') {
      const { key } = await gate.read(access, { type: entry.type as ResourceType, id: idOf(entry) })
      return key.id === idOf(entry)
    }
    if (question === 'search') {
      const { hits } = await gate.search(access, searchFor(entry.type as ResourceType))
      return hits.length === 1
    }
    const [result] = await gate.transact(access, [creationOf(entry.type as ResourceType)])
    return result?.outcome === 'created'
  } catch (thrown) {
    if (thrown instanceof Problem && ['forbidden', 'not-found'].includes(thrown.code)) return false
    throw thrown
  }
}

const idOf = (entry: Entry) => (entry.type === 'Patient' ? entry.about : 'it')

const searches = new Map<ResourceType, ReturnType<typeof parseSearch>>()

function searchFor(type: ResourceType) {
  const known = searches.get(type)
  if (known) return known
  const types = new Map([[type, { searchParams: searchParametersOf(type) }]])
  const named: [string, string] = type === 'Patient' ? ['_id', 'p1'] : ['patient', 'Patient/p1']
  const query = parseSearch(type, [named], { types, base: undefined, now: 0 })
  searches.set(type, query)
  return query
}

const BODIES: Readonly<Record<string, object>> = {
  Observation: { status: 'final', code: { text: 'x' } },
  MedicationRequest: {
    status: 'active',
    intent: 'order',
    medicationCodeableConcept: { text: 'x' },
  },
  AllergyIntolerance: {},
  Appointment: { status: 'booked', participant: [{ status: 'accepted' }] },
  Encounter: { status: 'planned', class: { code: 'AMB' } },
  Composition: {
    status: 'final',
    type: { text: 'x' },
    date: '2026',
    author: [{ display: 'x' }],
    title: 'x',
  },
}

const creations = new Map<ResourceType, Change>()

function creationOf(type: ResourceType): Change {
  const known = creations.get(type)
  if (known) return known
  const patient = { reference: 'Patient/p1' }
  const owner =
    type === 'AllergyIntolerance'
      ? { patient }
      : type === 'Appointment'
        ? { participant: [{ status: 'accepted', actor: patient }] }
        : { subject: patient }
  const value = { resourceType: type, ...BODIES[type], ...owner }
  const resource = validResource(parseJson(Buffer.from(JSON.stringify(value))))
  const change: Change = { kind: 'create', type, resource, id: undefined, ifNoneExist: undefined }
  creations.set(type, change)
  return change
}

/** Who asks, as the gate knows them. */
export function accessOf(actor: Actor): Access {
  const { who, profession, task, name, workplace, employer, process, cameFor, stated, app } = actor
  const scopes = app.flatMap(
    ({ type, only }) => parseSmartScope(`${only === '' ? 'user' : 'patient'}/${type}.rs`) ?? [],
  )
  const launched = app.find(({ only }) => only !== '')?.only
  const person = {
    region: 'r',
    user: name,
    userName: name,
    commission: 'c',
    unit: workplace,
    provider: employer,
    purpose: task,
    statedReason: stated === '' ? undefined : stated,
    session: 's',
    ...(app.length > 0 && { app: { client: 'a', scopes, patient: launched } }),
  }
  switch (who) {
    case 'employee':
      return { ...person, kind: 'staff', role: profession, ...(process !== '' && { process }) }
    case 'patient':
      return { ...person, kind: 'patient', ownPatient: cameFor }
    case 'machine':
      return { ...person, kind: 'system' }
    default:
      return {
        ...person,
        kind: 'proxy',
        ownPatient: cameFor,
        basis: who === 'guardian' ? 'guardian' : 'mandate',
      }
  }
}

/** The entry, as a record system has it. */
export function resourceOf(entry: Entry): StoredResource {
  const { type, about, workplace, employer, process, mark, year } = entry
  const key = { type: type as ResourceType, id: idOf(entry) }
  return {
    key,
    version: '1',
    lastUpdated: '2026-11-24T00:00:00.000Z',
    origin: {
      type: key.type,
      patient: about,
      unit: workplace,
      provider: employer,
      process: process === '' ? undefined : process,
      labels: mark === 'none' ? [] : [mark satisfies Label],
      from: year === 0 ? undefined : Date.UTC(year, 5),
      to: year === 0 ? undefined : Date.UTC(year, 6),
    },
    bytes: Buffer.from(`{"resourceType":"${type}","id":"${key.id}"}`),
    method: 'create',
  }
}

function systemOf(entry: () => StoredResource): RecordSystem {
  const absent = () => Promise.reject(new Error('not asked for'))
  return {
    name: 'one entry',
    logsWrites: true,
    capability: () => ({ types: new Map(), system: new Set() }),
    async locate({ type, id }) {
      const { key } = entry()
      return key.type === type && key.id === id ? seal(entry()) : undefined
    },
    async search(query, sight) {
      const resource = entry()
      const isHit = query.type === resource.key.type && covers(sight, resource.origin)
      const hits = isHit ? [{ resource, mode: 'match' as const }] : []
      return { hits, total: undefined, next: undefined, issues: [] }
    },
    history: absent,
    changes: absent,
    async transact(changes, author: Author) {
      return changes.map((change) => {
        const type = change.kind === 'update' ? change.key.type : change.type
        const { unit, provider, process } = author
        const origin = {
          ...entry().origin,
          type,
          unit,
          provider,
          process,
          labels: [],
          from: undefined,
          to: undefined,
        }
        if (!covers(author.sight, origin)) throw new Problem('forbidden', 'out of sight')
        return {
          outcome: 'created',
          resource: { ...entry(), key: { type, id: 'new' }, origin },
        } as const
      })
    },
  }
}

function factsOf(of: (patient: string) => PatientFacts): Facts {
  return {
    of: async (patient) => of(patient),
    ofMany: async (patients) => patients.map(of),
    remembers: () => false,
    forget: () => {},
    protectedByMerge: async () => [],
    patientsOf: async () => [],
    decide: async () => '',
    end: async () => false,
  }
}

/** What has been said and done, as the law keeps it. */
export function factsIn({ age, events }: Patient, patient: string): PatientFacts {
  return {
    patient,
    today: '2026-11-24',
    birthDate: age < 0 ? undefined : `${2026 - age}-06-01`,
    isProtected: false,
    careRelations: events.flatMap((event) => (event.what === 'visited' ? [event.workplace] : [])),
    holdings: ['SE1-a', 'SE1-b', 'SE1-c', 'SE2-a'].map((unit) => ({
      unit,
      provider: unit.slice(0, 3),
    })),
    decisions: events.flatMap((event, index) => decisionOf(event, `d${index}`)),
  }
}

const some = (text: string) => (text === '' ? undefined : text)

function decisionOf(event: Event, id: string): Decision[] {
  const as = (kind: DecisionKind, said: Partial<Decision>): Decision[] => [
    { ...NOTHING, id, kind, ...said },
  ]
  switch (event.what) {
    case 'visited':
      return []
    case 'stated-relation':
      return as('relation', { person: event.by, unit: event.at })
    case 'chose-other-units':
      return as('choice', { person: event.by, unit: event.at })
    case 'patient-blocked': {
      const [first, last] = event.years
      return as('block', {
        unit: some(event.workplace),
        process: some(event.process),
        from: first < 0 ? undefined : Date.UTC(first, 0),
        to: last > 9999 ? undefined : Date.UTC(last + 1, 0),
        exempt: [
          ...(event.butDrugs ? (['drugs'] as const) : []),
          ...(event.butAlerts ? (['alerts'] as const) : []),
        ],
      })
    }
    case 'lifted':
      return as('lift', {
        person: event.by,
        recipient: event.at,
        unit: some(event.workplace),
        process: some(event.process),
        step: event.wholly ? 2 : 1,
      })
    case 'patient-blocked-employer':
      return as('outer-block', { provider: event.employer, unit: some(event.workplace) })
    case 'patient-agreed':
      return as('consent', { recipient: event.to, provider: some(event.aboutEmployer) })
    case 'opened':
      return as('opening', {
        person: event.by,
        unit: event.at,
        provider: event.employer,
        ground: event.because,
        step: event.wholly ? 2 : 1,
      })
    case 'is-guardian':
      return as('guardian', { person: event.name })
    case 'is-agent':
      return as('mandate', { person: event.name })
  }
}

const NOTHING: Omit<Decision, 'id' | 'kind'> = {
  person: undefined,
  unit: undefined,
  process: undefined,
  provider: undefined,
  recipient: undefined,
  ground: undefined,
  step: 1,
  from: undefined,
  to: undefined,
  exempt: [],
}
