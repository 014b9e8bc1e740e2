import type { Address, HumanName, Patient } from 'fhir/r4'
import type { Fields } from '../mapping/fields.ts'
import { compact, present } from '../mapping/values.ts'
import type { PatientNumber } from '../sealed-id.ts'
import type { XmlContent } from '../soap/write-xml.ts'
import { patientFields, readPatient } from './accessing-actor.ts'
import {
  type Answerer,
  askService,
  type NationalService,
  type Operation,
  own,
  typed,
} from './national-service.ts'

/** GetPersonsForProfile 5.0 of Personuppgiftstjänsten. Source: TKB strategicresourcemanagement:persons:person 5.0. */
export const GET_PERSONS: Operation = {
  name: 'GetPersonsForProfile',
  responder: 'urn:riv:strategicresourcemanagement:persons:person:GetPersonsForProfileResponder:5',
  core: 'urn:riv:strategicresourcemanagement:persons:person:5',
}

/** What the register tells of a person. */
export interface RegisteredPerson {
  readonly name: HumanName | undefined
  readonly gender: Patient['gender']
  readonly birthDate: string | undefined
  /** The day that they were deregistered as dead. */
  readonly deceased: string | undefined
  readonly address: Address | undefined
  /** Sekretessmarkering, or skyddad folkbokföring, which is stronger (OSL 22:1, FBL 16 §). */
  readonly protection: 'sekretessmarkering' | 'skyddadFolkbokforing' | undefined
}

/** `undefined`: the register doesn't know the number. @throws Problem `transient` if it didn't answer */
export type FindPerson = (number: PatientNumber) => Promise<RegisteredPerson | undefined>

/** With name, address and protection, and nothing of relatives. */
const PROFILE = 'P2'

/** A client of the population register service. */
export function createFindPerson(service: NationalService): FindPerson {
  return async (number) => {
    const answer = await askService(service, GET_PERSONS, [
      own('personId', patientFields(number)),
      own('profile', PROFILE),
      own('ignoreReferredIdentity', false),
    ])
    const records = answer
      .groups('requestedPersonRecord')
      .flatMap((each) => each.group('personRecord') ?? [])
    const found = records.find((record) => {
      const identity = record.group('personalIdentity')
      return identity?.text('extension')?.trim() === number.extension
    })
    return found && toPerson(found)
  }
}

function toPerson(record: Fields): RegisteredPerson {
  const isProtected = isTrue(record.text('protectedPersonIndicator'))
  const isHidden = isTrue(record.text('protectedPopulationRecord'))
  const deregistration = record.group('deregistration')
  const isDead = deregistration?.text('deregistrationReasonCode')?.trim() === 'AV'
  return {
    name: toName(record.group('name')),
    gender: toGender(record.text('gender')?.trim()),
    birthDate: dateIn(record.group('birth')?.group('dateOfBirth')),
    deceased: isDead ? dateIn(deregistration?.group('deregistrationDate')) : undefined,
    address: toAddress(record.group('addressInformation')?.group('residentialAddress')),
    protection: isHidden ? 'skyddadFolkbokforing' : isProtected ? 'sekretessmarkering' : undefined,
  }
}

function isTrue(text: string | undefined): boolean {
  return text?.trim() === 'true' || text?.trim() === '1'
}

function toName(fields: Fields | undefined): HumanName | undefined {
  if (!fields) return undefined
  const given = fields.text('givenName')?.trim().split(/\s+/)
  const middle = fields.text('middleName')?.trim()
  const surname = fields.text('surname')?.trim()
  const family = present([middle, surname]).join(' ')
  return compact<HumanName>({
    use: given || family ? 'official' : undefined,
    family: family || undefined,
    given,
  })
}

/** KV Kön, by number or by letter. */
function toGender(code: string | undefined): Patient['gender'] {
  if (code === undefined) return undefined
  if (/^(1|M)$/i.test(code)) return 'male'
  return /^(2|K|F)$/i.test(code) ? 'female' : 'unknown'
}

/** PartialDateType: as much of a date as is known, already as FHIR has it. */
function dateIn(fields: Fields | undefined): string | undefined {
  return fields?.value('value', (text) => (/^\d{4}(-\d\d(-\d\d)?)?$/.test(text) ? text : undefined))
}

function toAddress(fields: Fields | undefined): Address | undefined {
  if (!fields) return undefined
  const careOf = fields.text('careOf')
  return compact<Address>({
    use: 'home',
    line: present([
      careOf === undefined ? undefined : `c/o ${careOf}`,
      fields.text('postalAddress1'),
      fields.text('postalAddress2'),
    ]),
    postalCode: fields.text('postalCode')?.trim(),
    city: fields.text('city'),
  })
}

/** GetPersonsForProfile as a provider. */
export function personsAnswerer(find: FindPerson): Answerer {
  return {
    operation: GET_PERSONS,
    async answer(request) {
      const numbers = request.groups('personId').map(readPatient)
      const found = await Promise.all(
        numbers.map(async (number) => ({ number, person: await find(number) })),
      )
      return found.map(({ number, person }) =>
        own('requestedPersonRecord', [
          typed('requestedPersonalIdentity', patientFields(number)),
          person && typed('personRecord', personFields(number, person)),
        ]),
      )
    },
  }
}

function personFields(number: PatientNumber, person: RegisteredPerson): XmlContent {
  const { name, gender, birthDate, deceased, address, protection } = person
  return [
    typed('personalIdentity', patientFields(number)),
    typed('gender', gender === 'male' ? '1' : gender === 'female' ? '2' : undefined),
    typed('protectedPersonIndicator', protection === 'sekretessmarkering'),
    typed('testIndicator', true),
    typed('primaryIdentity', true),
    name &&
      typed('name', [typed('givenName', name.given?.join(' ')), typed('surname', name.family)]),
    birthDate && typed('birth', partialDate('dateOfBirth', birthDate)),
    address &&
      typed('addressInformation', [
        typed('residentialAddress', [
          typed('postalAddress1', address.line?.[0]),
          typed('postalCode', address.postalCode?.replace(/\s/g, '')),
          typed('city', address.city),
        ]),
      ]),
    deceased &&
      typed('deregistration', [
        typed('deregistrationReasonCode', 'AV'),
        partialDate('deregistrationDate', deceased),
      ]),
    typed('protectedPopulationRecord', protection === 'skyddadFolkbokforing' || undefined),
  ]
}

function partialDate(name: string, date: string): XmlContent {
  const [day] = date.split('T')
  const format = ['YYYY', 'YYYY-MM', 'YYYY-MM-DD'].find(({ length }) => length === day?.length)
  return typed(name, [typed('format', format), typed('value', day)])
}
