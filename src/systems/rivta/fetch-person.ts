import type { Patient } from 'fhir/r4'
import type { Fetched } from './ask-source.ts'
import { finish } from './finish.ts'
import { COORDINATION_NUMBER_OID, PERSONAL_NUMBER_OID } from './mapping/code-systems.ts'
import { toDateTime } from './mapping/time.ts'
import { filled } from './mapping/values.ts'
import type { RivtaProfile } from './profile.ts'
import type { PatientNumber, SealedIds } from './sealed-id.ts'

/** The Patient of a number. */
export type FetchPerson = (patient: PatientNumber) => Promise<Fetched>

/**
 * The person that a number is of, as far as the number itself tells: where no population register is connected there
 * are no names, and none are made up.
 */
export function personByNumber(
  profile: RivtaProfile,
  ids: SealedIds,
  number: PatientNumber,
): Patient {
  const { root, extension } = number
  const isSwedish = root === PERSONAL_NUMBER_OID || root === COORDINATION_NUMBER_OID
  return filled<Patient>({
    resourceType: 'Patient',
    id: ids.ofPatient(number),
    identifier: [{ system: `urn:oid:${root}`, value: extension }],
    birthDate: isSwedish ? birthDateIn(extension) : undefined,
    managingOrganization: { reference: `Organization/${profile.provider.split('-').at(-1)}` },
  })
}

/** Source: Skatteverket SKV 704 and SKV 707: a coordination number has 60 added to its day. */
function birthDateIn(number: string): string | undefined {
  const day = Number(number.slice(6, 8))
  const real = String(day > 60 ? day - 60 : day).padStart(2, '0')
  return toDateTime(number.slice(0, 6) + real)
}

/** A Patient ready to be answered. It belongs to the provider that keeps the population's data, and to no unit's block. */
export function finishPerson(profile: RivtaProfile, person: Patient): Fetched {
  const { provider } = profile
  const finished = finish(person, {
    origin: { unit: provider, provider },
    sourceSystem: '',
    changed: [],
    process: undefined,
    blockTime: undefined,
    approvedForPatient: undefined,
  })
  return { resources: finished ? [finished] : [], issues: [] }
}
