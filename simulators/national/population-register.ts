import type { Patient } from 'fhir/r4'
import { createServiceProvider } from '../../src/systems/rivta/national/national-service.ts'
import {
  personsAnswerer,
  type RegisteredPerson,
} from '../../src/systems/rivta/national/person-register.ts'
import type { TlsOptions } from '../../src/systems/rivta/soap/soap-client.ts'
import { type SoapServer, startSoapServer } from '../../src/systems/rivta/soap/soap-server.ts'
import { numberOf } from '../rivta/demo-records.ts'

/** Starts Personuppgiftstjänsten on 127.0.0.1 with the demo's people. */
export async function startPopulationRegister(
  patients: Iterable<Patient>,
  tls?: TlsOptions,
): Promise<SoapServer> {
  const people = new Map([...patients].map((patient) => [numberOf(patient), toPerson(patient)]))
  const handle = createServiceProvider([
    personsAnswerer(async ({ extension }) => people.get(extension)),
  ])
  return startSoapServer({ handle, maxBytes: 1_000_000, ...(tls && { tls }) })
}

function toPerson(patient: Patient): RegisteredPerson {
  const codes = (patient.meta?.security ?? []).map(({ code }) => code)
  const known = ['sekretessmarkering', 'skyddadFolkbokforing'] as const
  return {
    name: patient.name?.[0],
    gender: patient.gender,
    birthDate: patient.birthDate,
    deceased: patient.deceasedDateTime,
    address: patient.address?.[0],
    protection: known.find((each) => codes.includes(each)),
  }
}
