import type { Coding, Patient } from 'fhir/r4'
import { PROTECTED_IDENTITY } from '../../fhir/label.ts'
import { Problem } from '../../fhir/problem.ts'
import type { CompletenessIssue } from '../../fhir/record-system.ts'
import type { Fetched } from './ask-source.ts'
import { finish } from './finish.ts'
import { createKept } from './kept-answers.ts'
import { COORDINATION_NUMBER_OID, PERSONAL_NUMBER_OID } from './mapping/code-systems.ts'
import { toDateTime } from './mapping/time.ts'
import { filled } from './mapping/values.ts'
import type { FindPerson, RegisteredPerson } from './national/person-register.ts'
import type { RivtaProfile } from './profile.ts'
import type { PatientNumber, SealedIds } from './sealed-id.ts'

/** The Patient of a number. */
export type FetchPerson = (patient: PatientNumber) => Promise<Fetched>

/** What persons are fetched with. */
export interface FetchPersonParts {
  readonly profile: RivtaProfile
  readonly ids: SealedIds
  readonly now: () => number
  /** A population register; without one a person is what the number tells, and no name is made up. */
  readonly findPerson: FindPerson | undefined
}

/** Persons kept at most. */
const MOST_KEPT = 2_000

/** What a source is called that didn't answer. */
const REGISTER = 'Personuppgiftstjänsten'

/**
 * Fetches who a number is of. When the register is silent the person is there by number alone, and it's said: records
 * are found all the same.
 */
export function createFetchPerson(parts: FetchPersonParts): FetchPerson {
  const { profile, now, findPerson } = parts
  const kept = createKept<Fetched>({
    now,
    freshness: profile.freshness,
    isWhole: ({ issues }) => issues.length === 0,
    most: MOST_KEPT,
  })
  return (number) =>
    kept(`${number.root}|${number.extension}`, async () => {
      try {
        return finishPerson(parts, number, await findPerson?.(number), [])
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        const issue = { source: REGISTER, kind: 'unavailable', message: error.message } as const
        return finishPerson(parts, number, undefined, [issue])
      }
    })
}

/** A Patient belongs to the provider that keeps the population's data, and to no unit's block. */
function finishPerson(
  { profile, ids }: FetchPersonParts,
  number: PatientNumber,
  person: RegisteredPerson | undefined,
  issues: readonly CompletenessIssue[],
): Fetched {
  const { provider } = profile
  const finished = finish(toPatient(profile, ids, number, person), {
    origin: { unit: provider, provider },
    sourceSystem: '',
    changed: [],
    process: undefined,
    blockTime: undefined,
    approvedForPatient: undefined,
    security: protectionOf(person),
  })
  return { resources: finished ? [finished] : [], issues }
}

function protectionOf(person: RegisteredPerson | undefined): readonly Coding[] {
  const code = person?.protection
  return code === undefined ? [] : [{ system: PROTECTED_IDENTITY, code }]
}

function toPatient(
  profile: RivtaProfile,
  ids: SealedIds,
  number: PatientNumber,
  person: RegisteredPerson | undefined,
): Patient {
  const { root, extension } = number
  const isSwedish = root === PERSONAL_NUMBER_OID || root === COORDINATION_NUMBER_OID
  return filled<Patient>({
    resourceType: 'Patient',
    id: ids.ofPatient(number),
    identifier: [{ system: `urn:oid:${root}`, value: extension }],
    name: person?.name && [person.name],
    gender: person?.gender,
    birthDate: person?.birthDate ?? (isSwedish ? birthDateIn(extension) : undefined),
    deceasedDateTime: person?.deceased,
    address: person?.address && [person.address],
    managingOrganization: { reference: `Organization/${profile.provider.split('-').at(-1)}` },
  })
}

/** Source: Skatteverket SKV 704 and SKV 707: a coordination number has 60 added to its day. */
function birthDateIn(number: string): string | undefined {
  const day = Number(number.slice(6, 8))
  const real = String(day > 60 ? day - 60 : day).padStart(2, '0')
  return toDateTime(number.slice(0, 6) + real)
}
