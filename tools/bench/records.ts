/**
 * The bench's own records: a hundred resources a patient (75 observations, 10 orders, 8 encounters, 6 conditions and the
 * patient), about 1.5 kB each, as plain as they can be and always the same. Not for eyes: the demo's people are in
 * `tools/population/`.
 */
import { createHash } from 'node:crypto'

export const PER_PATIENT = 100

const FAMILY = ['Andersson', 'Åkerlund', 'Öberg', 'Lindqvist', 'Bergström', 'Nyström', 'Edén', 'Ek']
const GIVEN = ['Anna', 'Åsa', 'Örjan', 'Karl', 'Britt', 'Märta', 'Oskar', 'Elsa', 'Lars', 'Ingrid']
const ANALYSES = [
  ['NPU28309', 'B-Hemoglobin', 'g/L', 134],
  ['NPU04998', 'P-Kreatinin', 'µmol/L', 76],
  ['NPU03230', 'P-Kalium', 'mmol/L', 4.1],
  ['NPU03429', 'P-Natrium', 'mmol/L', 140],
  ['NPU19748', 'P-CRP', 'mg/L', 5],
  ['NPU27300', 'B-HbA1c', 'mmol/mol', 42],
] as const
const FILL =
  'Provet taget fastande. Analyserat enligt metod. Inga anmärkningar vid bedömning. '.repeat(9)

/** A stable id for the n:th thing of a kind. */
export function idOf(kind: string, patient: number, n = 0): string {
  const hex = createHash('md5').update(`${kind}/${patient}/${n}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`
}

/** The resources of one patient, each as one line of JSON. `unit` is the HSA-id they are said to come from. */
export function recordsOf(patient: number, unit: string): string[] {
  const source = { source: `urn:oid:1.2.752.29.4.19#${unit}` }
  const subject = { reference: `Patient/${idOf('Patient', patient)}` }
  const make = (kind: string, n: number, rest: object) =>
    JSON.stringify({ resourceType: kind, id: idOf(kind, patient, n), meta: source, ...rest })
  return [
    make('Patient', 0, {
      identifier: [
        {
          system: 'http://electronichealth.se/identifier/personnummer',
          value: `19${String(1_000_000_000 + patient).slice(-10)}`,
        },
      ],
      name: [
        { family: FAMILY[patient % FAMILY.length], given: [GIVEN[(patient >> 3) % GIVEN.length]] },
      ],
      birthDate: `19${30 + (patient % 70)}-01-${10 + (patient % 18)}`,
      gender: patient % 2 ? 'male' : 'female',
    }),
    ...times(8, (n) => make('Encounter', n, encounter(n, subject))),
    ...times(6, (n) => make('Condition', n, condition(n, subject))),
    ...times(10, (n) => make('MedicationRequest', n, order(n, subject))),
    ...times(75, (n) => make('Observation', n, observation(patient, n, subject))),
  ]
}

/** One more observation of a patient, without an id: what the bench creates. */
export function newObservation(patient: number, n: number): string {
  const subject = { reference: `Patient/${idOf('Patient', patient)}` }
  return JSON.stringify({ resourceType: 'Observation', ...observation(patient, n, subject) })
}

const times = (count: number, make: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => make(n))

const day = (n: number) =>
  `20${17 + (n % 9)}-${String(1 + (n % 12)).padStart(2, '0')}-${String(1 + (n % 28)).padStart(2, '0')}`

function encounter(n: number, subject: object): object {
  return {
    status: n === 7 ? 'in-progress' : 'finished',
    class: { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'AMB' },
    subject,
    period: { start: `${day(n)}T08:00:00Z`, ...(n < 7 && { end: `${day(n)}T08:30:00Z` }) },
    reasonCode: [{ text: FILL }],
  }
}

function condition(n: number, subject: object): object {
  return {
    clinicalStatus: {
      coding: [
        { system: 'http://terminology.hl7.org/CodeSystem/condition-clinical', code: 'active' },
      ],
    },
    code: {
      coding: [{ system: 'urn:oid:1.2.752.116.1.1.1.1.3', code: `I${10 + n}.9` }],
      text: FILL,
    },
    subject,
    recordedDate: day(n),
  }
}

function order(n: number, subject: object): object {
  return {
    status: n < 7 ? 'active' : 'stopped',
    intent: 'order',
    medicationCodeableConcept: {
      coding: [{ system: 'http://www.whocc.no/atc', code: `C0${n}AA01` }],
      text: 'Furosemid tablett 40 mg',
    },
    subject,
    authoredOn: day(n),
    dosageInstruction: [{ text: '1 tablett på morgonen' }],
    note: [{ text: FILL }],
  }
}

function observation(patient: number, n: number, subject: object): object {
  const [code, display, unit, value] = ANALYSES[n % ANALYSES.length] ?? ANALYSES[0]
  const laboratory = n % 5 !== 0
  return {
    status: 'final',
    category: [
      {
        coding: [
          {
            system: 'http://terminology.hl7.org/CodeSystem/observation-category',
            code: laboratory ? 'laboratory' : 'vital-signs',
          },
        ],
      },
    ],
    code: { coding: [{ system: 'urn:oid:1.2.752.108.1', code, display }], text: display },
    subject,
    encounter: { reference: `Encounter/${idOf('Encounter', patient, n % 8)}` },
    effectiveDateTime: `${day(n)}T0${n % 10}:15:00Z`,
    valueQuantity: {
      value: value + (n % 7),
      unit,
      system: 'http://unitsofmeasure.org',
      code: unit,
    },
    referenceRange: [{ low: { value: 1, unit }, high: { value: 200, unit } }],
    note: [{ text: FILL }],
  }
}
