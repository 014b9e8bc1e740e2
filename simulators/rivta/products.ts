import type { DemoRecords } from './demo-records.ts'
import { UNICODE, WINDOWS_1252 } from './encode-text.ts'
import { openMelior } from './melior/melior-database.ts'
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
 * Melior as hospitals run it: older versions of the contracts in front of SQL tables, a database for each half of the units
 * that overlap after a merger, keywords (sökord) with ids of their own in each, and text in Windows-1252.
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
    const shared = { texts: WINDOWS_1252, madeIn }
    const a = { name: 'Melior A', hsaId: MELIOR_A, firstKeyword: 1_001 }
    const b = { name: 'Melior B', hsaId: MELIOR_B, firstKeyword: 40_001 }
    return Promise.all([
      openMelior({ ...a, ...shared, holds: (unit) => first.has(unit) }, records),
      openMelior({ ...b, ...shared, holds: (unit) => second.has(unit) }, records),
    ])
  },
  texts: WINDOWS_1252,
  charset: 'windows-1252',
  lacksOrigin: () => false,
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
 * Melior+ as it is today: the newer versions, one database of the same tables with texts in Unicode. What was moved there
 * keeps the system it was made in, so that its ids are the same after the change.
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
  databases: async (records) => [
    await openMelior(
      {
        name: 'Melior+',
        hsaId: 'SE2321000255-MELIORPLUS',
        texts: UNICODE,
        firstKeyword: 100_001,
        holds: () => true,
        madeIn: halvesOf(records).madeIn,
      },
      records,
    ),
  ],
  texts: UNICODE,
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
  databases: async (records) => [onlyDatabase('TakeCare', 'SE2321000016-TAKECARE', records)],
  texts: UNICODE,
  charset: 'utf-8',
  lacksOrigin: ({ id = '' }) => numberFor(id) % 40 === 0,
  notes: 'docbook',
  pageSize: 50,
}

function onlyDatabase(name: string, hsaId: string, records: DemoRecords): Database {
  return {
    name,
    hsaId,
    of: (number, type) => records.of(number).filter(({ resourceType }) => resourceType === type),
    find: records.find,
    madeIn: () => hsaId,
    termId: (word) => String(numberFor(word)),
    close: () => {},
  }
}

/** A number that is always the same for a text. */
function numberFor(text: string): number {
  let hash = 7
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 999_983
  return hash
}
