import type { Identifier } from 'fhir/r4'
import { HSA_ID_OID, LOCAL_ID } from './code-systems.ts'
import type { Fields } from './fields.ts'
import { localIdentifier, type Mapping, word } from './mapping.ts'
import {
  type Professional,
  readActor,
  readAuthenticator,
  readProfessional,
} from './professional.ts'
import { toDateTime } from './time.ts'
import { boolean, toIdentifier } from './values.ts'

/** What stands before every record, in either generation of contracts. */
export interface RecordHeader {
  /** The number of the patient that the record says it is about. */
  readonly patient: { readonly root: string | undefined; readonly extension: string | undefined }
  /** HSA-id of the system it was made in. */
  readonly sourceSystem: string
  /** The source's own id of the record: together with its system the same for ever. */
  readonly sourceId: string
  readonly identifier: Identifier
  readonly title: string | undefined
  /** When the document is from, where the contract has that beside the author's time. */
  readonly time: string | undefined
  readonly author: Professional | undefined
  readonly signer: Professional | undefined
  /** Care unit, where the inner block is decided. Source: PDL 4:4; TKB 1.6. */
  readonly unit: string | undefined
  /** Unit of the author's employment, by which the care unit may be found where the source leaves it out. */
  readonly orgUnit: string | undefined
  /** Care provider, where the outer block is decided. */
  readonly provider: string | undefined
  /** The time that a block's period is held against, where the contract says which. */
  readonly blockTime: string | undefined
  /** Id of the care process (vårdprocess), which a block may close. Source: JoL header, careProcessId. */
  readonly careProcess: string | undefined
  /** Whether the patient may be shown it: only what the source says so of. */
  readonly approvedForPatient: boolean
  readonly careContactId: string | undefined
  /** Taken back: kept to be seen as such, never as what holds. */
  readonly nullified: boolean
}

/** PatientSummaryHeaderType, with the spelling of CareDocumentation 2.1 too. `documentTitle` and time are the mapping's. */
export function readSummaryHeader(fields: Fields, mapping: Mapping): RecordHeader {
  const patient = fields.group('patientId')
  const author = fields.group('accountableHealthcareProfessional')
  const signer = fields.group('legalAuthenticator')
  const system = (name: string) => fields.value(name, word)
  const sourceSystem = system('sourceSystemHSAId') ?? system('sourceSystemHSAid') ?? ''
  const sourceId = fields.text('documentId')?.trim() ?? ''
  const person = author && readProfessional(author, mapping)
  // The TKB of GetMedicationHistory spells them with a small c; sources do either.
  const owner = (name: string) =>
    author?.value(name, word) ?? author?.value(name.replace('Care', 'care'), word)
  return {
    patient: { root: patient?.value('type', word), extension: patient?.value('id', word) },
    sourceSystem,
    sourceId,
    identifier: localIdentifier(sourceSystem, sourceId),
    title: fields.text('documentTitle'),
    time: fields.value('documentTime', toDateTime),
    author: person,
    signer: signer && readAuthenticator(signer),
    unit: owner('healthcareProfessionalCareUnitHSAId'),
    orgUnit: person?.unit?.identifier?.value,
    provider: owner('healthcareProfessionalCareGiverHSAId'),
    blockTime: undefined,
    careProcess: undefined,
    approvedForPatient: fields.value('approvedForPatient', boolean) ?? false,
    careContactId: fields.text('careContactId'),
    nullified: isTakenBack(fields),
  }
}

/** What is said of it and can't be read is no reason to show it as what holds: it's kept beside, and taken back. */
function isTakenBack(fields: Fields): boolean {
  let isSaid = false
  const value = fields.value('nullified', (text) => {
    isSaid = true
    return boolean(text)
  })
  return value ?? isSaid
}

/** The JoL header of lab 4 and CareDocumentation 3: ids as II, and an accessControlHeader. */
export function readRecordHeader(fields: Fields, mapping: Mapping): RecordHeader {
  const access = fields.group('accessControlHeader')
  const record = fields.group('record')
  const author = fields.group('author')
  const signer = fields.group('signature')
  const identifier = toIdentifier(record?.group('id'))
  const patient = access?.group('patientId')
  const sourceSystem = hsaIdIn(fields.group('sourceSystemId')) ?? ''
  const person = author && readActor(author, mapping)
  const provider = access?.group('accountableCareGiver', 'accountableHealthcareProvider')
  return {
    patient: { root: patient?.value('root', word), extension: patient?.value('extension', word) },
    sourceSystem,
    ...sourceIdOf(identifier, sourceSystem),
    title: undefined,
    time: record?.value('timestamp', toDateTime),
    author: person,
    signer: signer && readActor(signer, mapping),
    unit: hsaIdIn(access?.group('accountableCareUnit')),
    orgUnit: person?.unit?.identifier?.value,
    provider: hsaIdIn(provider),
    blockTime: access?.value('blockComparisonTime', toDateTime),
    careProcess: access && processIn(access),
    approvedForPatient: access?.value('approvedForPatient', boolean) ?? false,
    careContactId: undefined,
    nullified: false,
  }
}

/** A UUID in lab 4, an II in CareDocumentation 3. */
function processIn(access: Fields): string | undefined {
  const process = access.group('careProcessId')
  const bare = access.value('careProcessId', word)
  return bare ?? process?.value('extension', word) ?? process?.value('root', word)
}

/** An id of the source's own is the same whether an older contract sends it bare or a newer one as II. */
function sourceIdOf(identifier: Identifier | undefined, sourceSystem: string) {
  const { system, value = '' } = identifier ?? {}
  if (!identifier || system === undefined || system === LOCAL_ID) {
    return { sourceId: value, identifier: localIdentifier(sourceSystem, value) }
  }
  const { assigner } = localIdentifier(sourceSystem, value)
  return {
    sourceId: `${system}|${value}`,
    identifier: { ...identifier, ...(assigner && { assigner }) },
  }
}

/**
 * The HSA-id that an II holds, as an extension of HSA-id's OID or, in practice, as the root by itself.
 * What is another kind of id is left over and not taken for one.
 */
function hsaIdIn(fields: Fields | undefined): string | undefined {
  if (!fields) return undefined
  if (!fields.has('extension')) {
    return fields.value('root', (text) => (/^SE[\w-]+$/.test(text) ? text : undefined))
  }
  const root = fields.value('root', (text) => (text === HSA_ID_OID ? text : undefined))
  return root === undefined ? undefined : fields.value('extension', word)
}
