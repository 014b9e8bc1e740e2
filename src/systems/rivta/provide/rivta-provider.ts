import { Problem } from '../../../fhir/problem.ts'
import type { ResourceType } from '../../../fhir/resource-type.ts'
import { COORDINATION_NUMBER_OID, PERSONAL_NUMBER_OID } from '../mapping/code-systems.ts'
import type { PatientNumber } from '../sealed-id.ts'
import type { Envelope } from '../soap/envelope.ts'
import type { Caller, SoapHandler } from '../soap/soap-server.ts'
import type { Xml } from '../soap/write-xml.ts'
import { answer, type ProducerRequest, readRequest, refusal } from './answer.ts'
import { answerPing, isPing } from './answer-ping.ts'
import { type DisclosedRecords, productionFrom } from './disclosed-records.ts'
import { type ContractVersion, isContractVersion, PRODUCERS } from './producers.ts'

/** What is asked, and by whom: what the law decides by. */
export interface Disclosure {
  readonly contract: ContractVersion
  readonly patient: PatientNumber
  /** What the answer is made of. */
  readonly types: readonly ResourceType[]
  readonly caller: Caller
}

/** What a provider of service contracts is made of. */
export interface RivtaProviderParts {
  /** HSA-id of our own system: its logical address, and the source of what it answers. */
  readonly system: string
  readonly contracts: readonly ContractVersion[]
  /** What it says that it is to whoever watches it: `Kärna 1.2`. */
  readonly version: string
  /** Decides what may be given out, and has logged it before it gives it. `undefined`: the caller may not ask. */
  readonly disclose: (asked: Disclosure) => Promise<DisclosedRecords | undefined>
  /** Notes of one answer of CareDocumentation 3. */
  readonly pageSize: number
}

/**
 * Answers the service contracts from our own records, so that NPÖ and 1177 read a region of ours as any other. An answer
 * that isn't whole is a fault: these contracts have no way to say that something is missing.
 */
export function createRivtaProvider(parts: RivtaProviderParts): SoapHandler {
  return async (request, caller) => {
    if (isPing(request.body)) return answerPing(parts.version, Date.now())
    const version = versionIn(request, parts)
    const asked = readRequest(request.body)
    if (!isWellMade(asked) || (asked.sourceSystem ?? parts.system) !== parts.system) {
      return refused(version)
    }
    const types = TYPES[version]
    const { patient } = asked
    const disclosed = await parts.disclose({ contract: version, patient, types, caller })
    if (!disclosed) return refused(version)
    if (disclosed.issues.length > 0)
      throw new Problem('transient', `Tekniskt fel. Logg-id: ${crypto.randomUUID()}`)
    const production = productionFrom(disclosed, patient, parts.system)
    return answer(version, production, asked, parts) satisfies Xml
  }
}

/** As a result where the contract has one; else as a fault, for an answer without anything would say that there is nothing. */
function refused(version: ContractVersion): Xml {
  if (PRODUCERS[version].result !== 'none') return refusal(version)
  throw new Problem('invalid', 'Felaktig begäran')
}

const PERSONS: ReadonlySet<string> = new Set([PERSONAL_NUMBER_OID, COORDINATION_NUMBER_OID])

/**
 * A number or day of another form finds nothing, which would look as if there was nothing. Contacts have ids of
 * their system's, which must be named. Source: TKB, patientId, DateType and careContactId.
 */
function isWellMade(asked: ProducerRequest): boolean {
  const { root, extension } = asked.patient
  const { start, end, contacts, sourceSystem } = asked
  if (contacts.size > 0 && sourceSystem === undefined) return false
  const isNumber = PERSONS.has(root) ? /^\d{12}$/.test(extension) : root !== '' && extension !== ''
  const days = [start, end].flatMap((each) => each ?? [])
  return isNumber && days.every((each) => /^\d{8}$/.test(each))
}

function versionIn({ body, logicalAddress }: Envelope, parts: RivtaProviderParts): ContractVersion {
  if (logicalAddress !== parts.system) {
    throw new Problem('invalid', 'Den logiska adressen är inte detta system')
  }
  const version = `${body.name}:${body.namespace.split(':').at(-1)}`
  if (!isContractVersion(version) || !parts.contracts.includes(version)) {
    throw new Problem('invalid', 'Tjänstekontraktet stöds inte')
  }
  return version
}

/** The types that each contract's answer is made of. */
const TYPES: Readonly<Record<ContractVersion, readonly ResourceType[]>> = {
  'GetCareDocumentation:2': ['Composition'],
  'GetCareDocumentation:3': ['Composition'],
  'GetDiagnosis:2': ['Condition'],
  'GetAlertInformation:2': ['AllergyIntolerance', 'Flag'],
  'GetLaboratoryOrderOutcome:3': ['DiagnosticReport', 'Observation'],
  'GetLaboratoryOrderOutcome:4': ['DiagnosticReport', 'Observation'],
  'GetReferralOutcome:3': ['DiagnosticReport'],
  'GetImagingOutcome:1': ['DiagnosticReport'],
  'GetMedicationHistory:2': ['MedicationRequest'],
  'GetVaccinationHistory:2': ['Immunization'],
  'GetCareContacts:2': ['Encounter'],
  'GetCareContacts:3': ['Encounter'],
  'GetFunctionalStatus:2': ['Condition', 'Observation'],
  'GetCarePlans:2': ['CarePlan'],
}
