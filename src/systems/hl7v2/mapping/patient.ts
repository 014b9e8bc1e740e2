import type { Identifier, Patient } from 'fhir/r4'
import { compact, filled, present } from '../../rivta/mapping/values.ts'
import type { Segment } from '../er7.ts'
import { toAddress, toDay, toIdentifier, toName, toTelecom, toTime } from './data-types.ts'

const GENDERS: Readonly<Record<string, NonNullable<Patient['gender']>>> = {
  F: 'female',
  M: 'male',
  K: 'female',
  O: 'other',
  A: 'other',
  U: 'unknown',
}

/** PID's ids, the one that finds the person first: national before local. */
export function patientIdentifiers(pid: Segment, sender: string): readonly Identifier[] {
  const given = [...pid.repetitions(3), ...pid.repetitions(2), ...pid.repetitions(4)]
  const all = present(given.map((field) => toIdentifier(field, sender)))
  const national = all.filter(({ system }) => system?.startsWith('urn:oid:1.2.752.129.2.1.3.'))
  const unique = new Map(
    [...national, ...all].map((each) => [`${each.system}|${each.value}`, each]),
  )
  return [...unique.values()]
}

/** What PID says of the person. What it doesn't mention isn't here; what it says is empty (`""`) is in {@link emptied}. */
export function toPatient(pid: Segment, sender: string): Patient {
  const deceased = pid.field(30).text() === 'Y'
  const died = toTime(pid.field(29).text())
  const gender = GENDERS[(pid.field(8).text() ?? '').toUpperCase()]
  return {
    resourceType: 'Patient',
    ...compact<Omit<Patient, 'resourceType'>>({
      identifier: [...patientIdentifiers(pid, sender)],
      name: present(pid.repetitions(5).map(toName)),
      telecom: present([
        ...pid.repetitions(13).map((field) => toTelecom(field, 'home')),
        ...pid.repetitions(14).map((field) => toTelecom(field, 'work')),
      ]),
      gender,
      birthDate: toDay(pid.field(7).text()),
      deceasedDateTime: died,
      deceasedBoolean: deceased && died === undefined ? true : undefined,
      address: present(pid.repetitions(11).map(toAddress)),
    }),
  }
}

/** Elements that the message says are to be empty. */
export function emptied(pid: Segment): readonly (keyof Patient)[] {
  const fields: readonly (readonly [number, keyof Patient])[] = [
    [11, 'address'],
    [13, 'telecom'],
  ]
  return fields.filter(([number]) => pid.field(number).isNull).map(([, element]) => element)
}

/**
 * The person as known, with what the message says of them: its elements replace those that were there, ids are added,
 * and what it doesn't mention stays.
 */
export function merged(known: Patient, told: Patient, empty: readonly (keyof Patient)[]): Patient {
  const identifiers = new Map(
    [...(known.identifier ?? []), ...(told.identifier ?? [])].map((each) => [
      `${each.system}|${each.value}`,
      each,
    ]),
  )
  const kept = Object.entries(known).filter(
    ([element]) =>
      !empty.includes(element as keyof Patient) &&
      !(element.startsWith('deceased') && (told.deceasedBoolean || told.deceasedDateTime)),
  )
  return filled<Patient>({
    ...(Object.fromEntries(kept) as unknown as Patient),
    ...told,
    identifier: [...identifiers.values()],
  })
}
