import type { Patient } from 'fhir/r4'
import { parsePersonalNumber } from '../fhir/personal-number.ts'
import { Problem } from '../fhir/problem.ts'
import type { StoredResource } from '../fhir/record-system.ts'
import type { ResourceType } from '../fhir/resource-type.ts'
import { parseSearch } from '../fhir/search/parse.ts'
import type { StaffAccess } from '../law/access.ts'
import type { Gate } from '../law/gate.ts'
import type { PatientRow } from './oauth-pages.ts'

/** The most that a person is asked to choose among. */
const MOST = 50

/**
 * Those to choose among when an app is opened without a patient: who is found by name or personal number, else who is in
 * care at the user's unit. Through the gate, under the user's own access, so the law decides and logs.
 */
export async function patientsForPicker(
  gate: Gate,
  access: StaffAccess,
  find: string | undefined,
): Promise<readonly PatientRow[]> {
  const words = find?.trim()
  if (words) return search(gate, access, 'Patient', [searchFor(words)])
  return search(gate, access, 'Encounter', [
    ['status', 'in-progress'],
    ['_include', 'Encounter:subject'],
  ])
}

/** Whether the user may open a patient's record. */
export async function maySee(gate: Gate, access: StaffAccess, id: string): Promise<boolean> {
  if (!/^[A-Za-z0-9\-.]{1,64}$/.test(id)) return false
  try {
    return (await gate.read(access, { type: 'Patient', id })).method !== 'delete'
  } catch (thrown) {
    if (thrown instanceof Problem && (thrown.code === 'not-found' || thrown.code === 'forbidden'))
      return false
    throw thrown
  }
}

function searchFor(words: string): readonly [string, string] {
  try {
    return ['identifier', parsePersonalNumber(words)]
  } catch {
    return ['name', words.replace(/[\\,$|]/g, ' ')]
  }
}

async function search(
  gate: Gate,
  access: StaffAccess,
  type: ResourceType,
  parameters: readonly (readonly [string, string])[],
): Promise<readonly PatientRow[]> {
  const options = { types: gate.capability().types, base: undefined, now: 0 }
  const query = parseSearch(type, [...parameters, ['_count', String(MOST)]], options)
  const { hits } = await gate.search(access, query)
  const patients = hits.filter(({ resource }) => resource.key.type === 'Patient')
  return patients.map(({ resource }) => rowOf(resource))
}

function rowOf({ bytes }: StoredResource): PatientRow {
  const { id = '', name, identifier } = JSON.parse(bytes.toString('utf8')) as Patient
  const { text, given, family } = name?.[0] ?? {}
  return {
    id,
    name: text ?? [...(given ?? []), family ?? ''].join(' ').trim(),
    personalNumber: identifier?.find(({ system }) => system === PERSONAL_NUMBER)?.value ?? '',
  }
}

/** Source: HL7 Sweden, Personnummer. */
const PERSONAL_NUMBER = 'urn:oid:1.2.752.129.2.1.3.1'
