import type { ResourceType } from '../../fhir/resource-type.ts'
import type { Access, Role } from '../access.ts'
import type { Rule } from './rules.ts'

/** What administration of one patient's care is about (PDL 2:4, second point): who, when, where and what it costs. */
const ADMINISTRATIVE: ReadonlySet<ResourceType> = new Set([
  'Account',
  'Appointment',
  'AppointmentResponse',
  'ChargeItem',
  'Coverage',
  'Encounter',
  'EpisodeOfCare',
  'Invoice',
  'Patient',
  'RelatedPerson',
  'ServiceRequest',
  'Task',
])

interface Needs {
  /** Whether the work is with patients' records at all. */
  readonly records: boolean
  /** Whether they order drugs. */
  readonly orders: boolean
}

/** What each role needs for its work. The compiler asks for every role there is. */
const NEEDS: Readonly<Record<Role, Needs>> = {
  doctor: { records: true, orders: true },
  nurse: { records: true, orders: true },
  'assistant-nurse': { records: true, orders: false },
  secretary: { records: true, orders: false },
  administrator: { records: false, orders: false },
  auditor: { records: false, orders: false },
}

const WRITES = new Set(['create', 'update', 'delete'])

/**
 * Authorization is limited to what the work needs: who reviews logs or keeps the system opens no records; who books and bills
 * sees what that takes; who doesn't order drugs doesn't write orders.
 *
 * Source: PDL 4 kap. 2 § first paragraph.
 */
export const commission: Rule = (access, _facts, { action, types }) => {
  if (access.kind !== 'staff') return undefined
  const needs = NEEDS[access.role]
  if (!needs.records) return { paragraph: 'PDL 4:2', reason: 'Your role opens no records' }
  if (!needs.orders && WRITES.has(action) && types.includes('MedicationRequest')) {
    return { paragraph: 'PDL 4:2', reason: 'Your role does not order drugs' }
  }
  const allowed = typesNeeded(access)
  if (allowed === 'all' || types.length === 0) return undefined
  if (types.some((type) => allowed.has(type))) return undefined
  return { paragraph: 'PDL 4:2', reason: 'Your commission does not need this kind of record' }
}

/** The types that an access needs for its purpose. */
export function typesNeeded({ kind, purpose }: Access): 'all' | ReadonlySet<ResourceType> {
  const works = kind === 'staff' || kind === 'system'
  return works && purpose === 'care-administration' ? ADMINISTRATIVE : 'all'
}

/** Who keeps the registers of who, where and definitions, from which no patient is known. */
export function keepsRegisters(access: Access): boolean {
  return access.kind === 'staff' && access.role === 'administrator'
}
