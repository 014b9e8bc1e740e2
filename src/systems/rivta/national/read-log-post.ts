import { Problem } from '../../../fhir/problem.ts'
import type { Fields } from '../mapping/fields.ts'
import { toDateTime } from '../mapping/time.ts'
import type { PatientNumber } from '../sealed-id.ts'
import { needed } from './national-service.ts'
import type { NamedHsaId } from './store-log.ts'

/** A post as another system sends it, every word as sent. */
export interface SentPost {
  /** A UUID in small letters. */
  readonly logId: string
  readonly system: NamedHsaId
  readonly activity: string
  readonly level: string | undefined
  readonly args: string | undefined
  /** Milliseconds since 1970. */
  readonly time: number
  readonly purpose: string
  readonly user: {
    readonly id: string
    readonly name: string | undefined
    readonly assignment: string | undefined
    readonly title: string | undefined
  }
  readonly careProvider: NamedHsaId
  readonly careUnit: NamedHsaId
  readonly resources: readonly SentResource[]
}

/** What was seen or done in one patient's record. */
export interface SentResource {
  readonly kind: string
  readonly patient: PatientNumber | undefined
  readonly careProvider: string
  readonly careUnit: string | undefined
}

/**
 * Reads a LogType.
 *
 * @throws Problem `required` or `value` for one that isn't as the schema has it; the message names the field alone
 * Source: informationsecurity_auditing_log_2.0.xsd.
 */
export function readLogPost(fields: Fields): SentPost {
  const [system, activity, user] = ['system', 'activity', 'user'].map((name) => fields.group(name))
  const resources = fields.group('resources')?.groups('resource') ?? []
  if (resources.length === 0) throw new Problem('required', 'resource saknas')
  if (resources.length > MOST_RESOURCES) {
    throw new Problem('value', `Högst ${MOST_RESOURCES} resource i en log`)
  }
  return {
    logId: logIdIn(fields),
    system: { id: hsaId(system, 'systemId'), name: optional(system, 'systemName', WORDS) },
    activity: required(activity, 'activityType', WORDS),
    level: optional(activity, 'activityLevel', WORDS),
    args: optional(activity, 'activityArgs', ARGUMENTS),
    time: timeIn(activity, 'startDate'),
    purpose: required(activity, 'purpose', WORDS),
    user: {
      id: hsaId(user, 'userId'),
      name: optional(user, 'name', WORDS),
      assignment: optional(user, 'assignment', WORDS),
      title: optional(user, 'title', WORDS),
    },
    careProvider: providerIn(user),
    careUnit: unitIn(user?.group('careUnit')),
    resources: resources.map(readResource),
  }
}

/** The most resources in a post: the schema has no limit, but each may be of another patient, who is looked up. */
const MOST_RESOURCES = 100

/** The most characters of each kind of field, by the schema. */
const [HSA_ID, WORDS, ARGUMENTS] = [32, 256, 8192]

function readResource(fields: Fields): SentResource {
  const patient = fields.group('patient')
  const unit = fields.group('careUnit')
  return {
    kind: required(fields, 'resourceType', WORDS),
    patient: patient && patientIn(patient.group('patientId')),
    careProvider: providerIn(fields).id,
    careUnit: unit && unitIn(unit).id,
  }
}

function patientIn(fields: Fields | undefined): PatientNumber {
  return {
    root: required(fields, 'root', WORDS),
    extension: required(fields, 'extension', WORDS),
  }
}

function providerIn(fields: Fields | undefined): NamedHsaId {
  const provider = fields?.group('careProvider')
  return {
    id: hsaId(provider, 'careProviderId'),
    name: optional(provider, 'careProviderName', WORDS),
  }
}

function unitIn(unit: Fields | undefined): NamedHsaId {
  return { id: hsaId(unit, 'careUnitId'), name: optional(unit, 'careUnitName', WORDS) }
}

function logIdIn(fields: Fields): string {
  const text = needed(fields, 'logId').toLowerCase()
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)) throw wrong('logId')
  return text
}

/** xs:dateTime; one without a zone is Swedish. */
function timeIn(fields: Fields | undefined, name: string): number {
  const text = needed(fields, name)
  const [, wall = '', fraction = '', zone] = TIME.exec(text) ?? []
  const swedish = toDateTime(wall.replace(/\D/g, ''))
  if (swedish === undefined) throw wrong(name)
  const time = Date.parse(`${wall}${fraction.slice(0, 4)}${zone ?? swedish.slice(19)}`)
  if (Number.isNaN(time)) throw wrong(name)
  return time
}

const TIME = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?$/

const hsaId = (fields: Fields | undefined, name: string): string => {
  const text = required(fields, name, HSA_ID)
  if (/\s/.test(text)) throw wrong(name)
  return text
}

function required(fields: Fields | undefined, name: string, most: number): string {
  const text = optional(fields, name, most)
  if (text === undefined) throw new Problem('required', `${name} saknas`)
  return text
}

function optional(fields: Fields | undefined, name: string, most: number): string | undefined {
  const text = fields?.text(name)?.trim()
  if (text !== undefined && text.length > most) throw wrong(name)
  return text
}

const wrong = (name: string) => new Problem('value', `${name} har fel form`)
