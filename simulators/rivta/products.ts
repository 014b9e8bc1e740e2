import type { DemoRecords } from './demo-records.ts'
import type { Database, ProductProfile } from './profile.ts'

const OLDER = [
  'GetDiagnosis:2',
  'GetAlertInformation:2',
  'GetReferralOutcome:3',
  'GetImagingOutcome:1',
  'GetMedicationHistory:2',
  'GetVaccinationHistory:2',
  'GetFunctionalStatus:2',
  'GetCarePlans:2',
] as const

/**
 * Melior as hospitals run it: older versions of the contracts, a database for each half of the units that overlap after
 * a merger, keywords (sökord) with ids of their own in each, and text in Windows-1252.
 */
export const MELIOR: ProductProfile = {
  product: 'Melior',
  version: '216',
  contracts: [
    ...OLDER,
    'GetCareDocumentation:2',
    'GetLaboratoryOrderOutcome:3',
    'GetCareContacts:2',
  ],
  databases(records) {
    const { first, second, madeIn } = halvesOf(records)
    return [
      { name: 'Melior A', hsaId: MELIOR_A, holds: (unit) => first.has(unit), madeIn },
      { name: 'Melior B', hsaId: MELIOR_B, holds: (unit) => second.has(unit), madeIn },
    ]
  },
  charset: 'windows-1252',
  lacksOrigin: () => false,
  termId: (word, database) => `${database.name.at(-1)}${numberFor(word + database.name)}`,
  notes: 'docbook',
  pageSize: 50,
}

const MELIOR_A = 'SE2321000255-MELIORA'
const MELIOR_B = 'SE2321000255-MELIORB'

function halvesOf(records: DemoRecords) {
  const units = records.units.map(({ hsaId }) => hsaId).sort()
  const half = Math.ceil(units.length / 2)
  const first = new Set(units.slice(0, half))
  // The unit at the border was moved, and its records are in both.
  const second = new Set(units.slice(Math.max(0, half - 1)))
  return { first, second, madeIn: (unit: string) => (first.has(unit) ? MELIOR_A : MELIOR_B) }
}

/**
 * Melior+ as it is today: the newer versions, one database. What was moved there keeps the system it was made in, so that
 * its ids are the same after the change.
 */
export const MELIOR_PLUS: ProductProfile = {
  ...MELIOR,
  product: 'Melior+',
  version: '1',
  contracts: [
    ...OLDER,
    'GetCareDocumentation:3',
    'GetLaboratoryOrderOutcome:4',
    'GetCareContacts:3',
  ],
  databases: (records) => [
    {
      ...onlyDatabase('Melior+', 'SE2321000255-MELIORPLUS'),
      madeIn: halvesOf(records).madeIn,
    },
  ],
  charset: 'utf-8',
}

/**
 * TakeCare: one database for all providers, notes built from one catalogue of terms, both generations of contracts.
 * Some older records lack the HSA-ids of their unit.
 */
export const TAKECARE: ProductProfile = {
  product: 'TakeCare',
  version: '22',
  contracts: [
    ...OLDER,
    'GetCareDocumentation:2',
    'GetLaboratoryOrderOutcome:4',
    'GetCareContacts:2',
  ],
  databases: () => [onlyDatabase('TakeCare', 'SE2321000016-TAKECARE')],
  charset: 'utf-8',
  lacksOrigin: ({ id = '' }) => numberFor(id) % 40 === 0,
  termId: (word) => String(numberFor(word)),
  notes: 'docbook',
  pageSize: 50,
}

function onlyDatabase(name: string, hsaId: string): Database {
  return { name, hsaId, holds: () => true, madeIn: () => hsaId }
}

/** A number that is always the same for a text. */
function numberFor(text: string): number {
  let hash = 7
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 999_983
  return hash
}
