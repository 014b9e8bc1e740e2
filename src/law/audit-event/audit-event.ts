import type { AuditEvent, AuditEventAgent, AuditEventEntity, Coding } from 'fhir/r4'
import type { LogNames } from '../log-reading/extract.ts'
import type { LoggedAccess, ReceivedDetails } from '../log-reading/logged-access.ts'

const HSA_ID = 'urn:oid:1.2.752.29.4.19'
const PERSONAL_NUMBER = 'http://electronichealth.se/identifier/personnummer'
const BALP = 'https://profiles.ihe.net/ITI/BALP'
const PARTICIPATION = 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType'
const DICOM = 'http://dicom.nema.org/resources/ontology/DCM'

interface Kind {
  readonly action: 'C' | 'R' | 'U' | 'D' | 'E'
  readonly interaction: string
  readonly profile: string
}

const READ: Kind = { action: 'R', interaction: 'read', profile: 'PatientRead' }
const KINDS: Readonly<Record<string, Kind>> = {
  read: READ,
  history: { action: 'R', interaction: 'history-instance', profile: 'PatientRead' },
  search: { action: 'E', interaction: 'search-type', profile: 'PatientQuery' },
  destroy: { action: 'D', interaction: 'delete', profile: 'PatientDelete' },
}
const CREATE: Kind = { action: 'C', interaction: 'create', profile: 'PatientCreate' }
const UPDATE: Kind = { action: 'U', interaction: 'update', profile: 'PatientUpdate' }
const DELETE: Kind = { action: 'D', interaction: 'delete', profile: 'PatientDelete' }
const OTHER: Kind = { action: 'E', interaction: 'operation', profile: 'PatientRead' }

/**
 * An entry of the access log as an AuditEvent.
 *
 * @param tellsWho whether staff are named and their own reasons told: to a reviewer. A patient is told unit and profession,
 *   as in the log extract, so that no protected member of staff is found by it
 * Source: IHE Basic Audit Log Patterns (BALP) 1.1. https://profiles.ihe.net/ITI/BALP/
 */
export function toAuditEvent(logged: LoggedAccess, names: LogNames, tellsWho: boolean): AuditEvent {
  const { id, at, patient, outcome, paragraph, by, reason } = logged
  const kind = kindOf(logged)
  const basis = logged.basis === undefined ? [] : [`urn:karna:basis:${logged.basis}`]
  return {
    resourceType: 'AuditEvent',
    id,
    meta: {
      versionId: '1',
      lastUpdated: new Date(at).toISOString(),
      ...(patient && { profile: [`${BALP}/StructureDefinition/IHE.BasicAudit.${kind.profile}`] }),
    },
    type: {
      system: 'http://terminology.hl7.org/CodeSystem/audit-event-type',
      code: 'rest',
      display: 'RESTful Operation',
    },
    subtype: [
      { system: 'http://hl7.org/fhir/restful-interaction', code: kind.interaction },
      { system: 'https://karna.se/fhir/CodeSystem/log-action', code: logged.action },
    ],
    action: kind.action,
    recorded: new Date(at).toISOString(),
    outcome: outcome === 'permit' ? '0' : '4',
    ...(paragraph !== undefined && { outcomeDesc: paragraph }),
    purposeOfEvent: [
      { coding: [purposeOf(by.purpose)], ...(tellsWho && reason && { text: reason }) },
    ],
    agent: [userOf(logged, names, basis, tellsWho), unitOf(logged, names), ...clientOf(logged)],
    source: {
      observer: observerOf(logged),
      site: by.provider,
      type: [
        {
          system: 'http://terminology.hl7.org/CodeSystem/security-source-type',
          code: '4',
          display: 'Application Server',
        },
      ],
    },
    entity: entitiesOf(logged),
  }
}

function observerOf({ elsewhere }: LoggedAccess) {
  if (!elsewhere) return { display: 'Kärna' }
  const { id, name } = elsewhere.system
  return { identifier: { system: HSA_ID, value: id }, ...(name && { display: name }) }
}

function kindOf({ action, resources, elsewhere }: LoggedAccess): Kind {
  if (action !== 'write') return KINDS[action] ?? OTHER
  if (elsewhere) return elsewhere.activity === 'Radera' ? DELETE : UPDATE
  if (resources.every((name) => name.endsWith('/1'))) return CREATE
  return resources.every((name) => name.endsWith('/delete')) ? DELETE : UPDATE
}

function userOf(
  { by }: LoggedAccess,
  names: LogNames,
  policy: string[],
  tellsWho: boolean,
): AuditEventAgent {
  const isStaff = by.kind === 'staff' || by.kind === 'staff-elsewhere'
  const system = by.kind === 'patient' || by.kind === 'proxy' ? PERSONAL_NUMBER : HSA_ID
  const title = names.title(by.person) ?? 'Vårdpersonal'
  const identity = {
    who: { identifier: { system, value: by.person }, display: by.name },
    altId: by.commission,
    name: by.name,
  }
  return {
    type: { coding: [{ system: PARTICIPATION, code: 'IRCP', display: 'information recipient' }] },
    ...(isStaff && { role: [{ text: title }] }),
    ...(tellsWho || !isStaff ? identity : { who: { display: title } }),
    requestor: true,
    ...(policy.length > 0 && { policy }),
    purposeOfUse: [{ coding: [purposeOf(by.purpose)] }],
  }
}

function unitOf({ by }: LoggedAccess, names: LogNames): AuditEventAgent {
  const unit = names.unit(by.unit)
  return {
    type: { coding: [{ system: PARTICIPATION, code: 'LOC', display: 'location' }] },
    who: { identifier: { system: HSA_ID, value: by.unit }, ...(unit && { display: unit }) },
    requestor: false,
  }
}

function clientOf({ by }: LoggedAccess): AuditEventAgent[] {
  if (by.client === undefined) return []
  return [
    {
      type: { coding: [{ system: DICOM, code: '110150', display: 'Application' }] },
      who: { identifier: { value: by.client } },
      requestor: false,
    },
  ]
}

const REASONS: Readonly<Record<string, string>> = {
  care: 'TREAT',
  'care-administration': 'HOPERAT',
  'required-documentation': 'HOPERAT',
  quality: 'HQUALIMP',
  administration: 'HSYSADMIN',
  statistics: 'HSYSADMIN',
  'feasibility-count': 'HRESCH',
}

const purposeOf = (purpose: string): Coding => ({
  system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason',
  code: REASONS[purpose] ?? 'HOPERAT',
})

function entitiesOf(logged: LoggedAccess): AuditEventEntity[] {
  const { patient, resources, query, request, elsewhere } = logged
  const whose = patient === undefined ? [] : [anEntity(`Patient/${patient}`, '1', '1')]
  const what = resources.map((name) => {
    const [type, id, version] = name.split('/')
    return anEntity(
      [`${type}/${id}`, ...(version ? ['_history', version] : [])].join('/'),
      '2',
      '4',
    )
  })
  const asked: AuditEventEntity[] =
    query === undefined
      ? []
      : [{ type: entityType('2'), role: role('24'), query: Buffer.from(query).toString('base64') }]
  const named: AuditEventEntity[] =
    request === undefined
      ? []
      : [
          {
            what: { identifier: { value: request } },
            type: { system: `${BALP}/CodeSystem/BasicAuditEntityType`, code: 'XrequestId' },
          },
        ]
  const told = elsewhere ? [entityTold(elsewhere)] : []
  return [...whose, ...what, ...told, ...asked, ...named]
}

/** A post of another system: by its id, with the kinds of information in that system's words. */
function entityTold({ logId, resources }: ReceivedDetails): AuditEventEntity {
  const kinds = new Set(resources.map(({ kind }) => kind))
  return {
    what: { identifier: { system: 'urn:ietf:rfc:3986', value: `urn:uuid:${logId}` } },
    type: entityType('2'),
    role: role('4'),
    description: [...kinds].join(', '),
  }
}

const anEntity = (reference: string, type: string, code: string): AuditEventEntity => ({
  what: { reference },
  type: entityType(type),
  role: role(code),
})

const entityType = (code: string): Coding => ({
  system: 'http://terminology.hl7.org/CodeSystem/audit-entity-type',
  code,
})
const role = (code: string): Coding => ({
  system: 'http://terminology.hl7.org/CodeSystem/object-role',
  code,
})
