import { createHash } from 'node:crypto'
import type {
  Appointment,
  DiagnosticReport,
  DocumentReference,
  Encounter,
  FhirResource,
  Identifier,
  Patient,
} from 'fhir/r4'
import { parse } from 'lossless-json'
import { parseJson } from '../../fhir/json/parse.ts'
import { rewriteReferences } from '../../fhir/json/rewrite-references.ts'
import { Problem } from '../../fhir/problem.ts'
import type { Change, ResourceKey, StoredResource } from '../../fhir/record-system.ts'
import type { HsaId } from '../../fhir/sight.ts'
import { validResource } from '../../fhir/validation/validate.ts'
import type { Message, Segment } from './er7.ts'
import { segmentsOf } from './er7.ts'
import type { FeedParts } from './feed.ts'
import { appointmentIdentifier, isAppointmentEvent, toAppointment } from './mapping/appointment.ts'
import { encounterIdentifier, isEncounterEvent, toEncounter } from './mapping/encounter.ts'
import { emptied, merged, patientIdentifiers, toPatient } from './mapping/patient.ts'
import {
  type Order,
  orderedAt,
  ordersIn,
  reportIdentifier,
  toObservations,
  toReport,
} from './mapping/report.ts'

/** The message as it came, and what tells it from others. */
export interface Receipt {
  readonly system: string
  readonly value: string
  readonly bytes: Buffer
}

/** What a message is worked out in. */
interface Work extends FeedParts {
  readonly message: Message
  readonly event: string
  readonly sender: string
  readonly source: HsaId
}

const PATIENT_EVENTS: ReadonlySet<string> = new Set(['A28', 'A31', 'A40'])

/**
 * Everything that a message changes, to be written together: the person, what the message is about, and the message itself as
 * a DocumentReference, so that what has no place in FHIR is still there to be read.
 *
 * @throws Problem `not-supported` for a kind of message that isn't taken, `required` for one that names no patient or thing
 */
export async function changesOf(
  parts: FeedParts,
  message: Message,
  receipt: Receipt,
): Promise<readonly Change[]> {
  const work = workOf(parts, message)
  const pid = segmentsOf(message, 'PID')[0]
  if (!pid) throw new Problem('required', 'The message has no PID segment')
  const person = await personOf(work, pid)
  const about = await changesAbout(work, person)
  const keeping = createOf(work, documentOf(work, person.id, receipt))
  return [...person.changes, ...about, keeping]
}

function workOf(parts: FeedParts, message: Message): Work {
  const msh = message.segments[0]
  const sender = [msh?.field(4).text(), msh?.field(3).text()].filter(Boolean).join('/') || 'unknown'
  const [type = '', event = ''] = [msh?.field(9).text(1), msh?.field(9).text(2)]
  const isTaken =
    (type === 'ADT' && (isEncounterEvent(event) || PATIENT_EVENTS.has(event))) ||
    (type === 'SIU' && isAppointmentEvent(event)) ||
    (type === 'ORU' && ['R01', 'R03', 'W01'].includes(event))
  if (!isTaken) throw new Problem('not-supported', 'This kind of message (MSH-9) is not taken here')
  return { ...parts, message, event, sender, source: sourceOf(parts, message, sender) }
}

/** The care unit of the contact, from where the patient is. */
function sourceOf(parts: FeedParts, message: Message, sender: string): HsaId {
  const place = segmentsOf(message, 'PV1')[0]?.field(3)
  return unitAmong(parts, sender, [place?.text(4), place?.text(1)]) ?? parts.unit
}

/** The first of what a sender calls places that is a care unit. */
function unitAmong(
  { unitOf }: FeedParts,
  sender: string,
  names: readonly (string | undefined)[],
): HsaId | undefined {
  for (const name of names) {
    if (name === undefined) continue
    if (/^SE\d{10}-\S+$/.test(name)) return name
    const known = unitOf(sender, name)
    if (known) return known
  }
  return undefined
}

interface Person {
  readonly id: string
  readonly identifier: Identifier
  readonly changes: readonly Change[]
}

async function personOf(work: Work, pid: Segment): Promise<Person> {
  const [identifier] = patientIdentifiers(pid, work.sender)
  if (!identifier) throw new Problem('required', 'PID-3 names no patient')
  const told = withFormer(toPatient(pid, work.sender), formerIn(work))
  const known = await foundBy(work, 'Patient', identifier)
  const id = known ?? idOf('Patient', `${identifier.system} ${identifier.value}`)
  // Who a person is whom another system keeps, is for that system to say.
  if (known && !(await isOurs(work, { type: 'Patient', id })))
    return { id, identifier, changes: [] }
  const change = known
    ? patchOf<Patient>(work, 'Patient', known, (there) => merged(there, told, emptied(pid)))
    : createOf(work, { ...told, id })
  return { id, identifier, changes: [change] }
}

async function changesAbout(work: Work, person: Person): Promise<readonly Change[]> {
  if (work.event === 'A40') return mergeChanges(work, person)
  if (isAppointmentEvent(work.event)) return appointmentChanges(work, person)
  const pv1 = segmentsOf(work.message, 'PV1')[0]
  const isContact = isEncounterEvent(work.event) && pv1 !== undefined
  const orders = ordersIn(work.message)
  const reports = await Promise.all(orders.map((order) => reportChanges(work, person, order)))
  return [...(isContact ? await encounterChanges(work, person, pv1) : []), ...reports.flat()]
}

async function encounterChanges(work: Work, person: Person, pv1: Segment): Promise<Change[]> {
  const { message, event, sender } = work
  const identifier = encounterIdentifier(pv1, sender, person.identifier)
  if (!identifier) {
    // An update of the person alone may come with a PV1 that says nothing but a class.
    if (event === 'A08') return []
    throw new Problem('required', 'PV1-19 names no contact, and PV1-44 does not tell when it began')
  }
  const subject = { reference: `Patient/${person.id}` }
  const contact = { message, event, pv1, identifier, subject, sender }
  return [
    await upsertOf<Encounter>(work, 'Encounter', identifier, (known) =>
      toEncounter(contact, known),
    ),
  ]
}

async function appointmentChanges(work: Work, person: Person): Promise<Change[]> {
  const { message, event, sender } = work
  const sch = segmentsOf(message, 'SCH')[0]
  const identifier = sch && appointmentIdentifier(sch, sender)
  if (!identifier) throw new Problem('required', 'SCH-1 and SCH-2 name no booking')
  const parts = { identifier, subject: { reference: `Patient/${person.id}` }, sender }
  return [
    await upsertOf<Appointment>(work, 'Appointment', identifier, (known) =>
      toAppointment(message, event, parts, known),
    ),
  ]
}

/**
 * An answer is documented where it was ordered, and there it may be read, blocked and signed as the unit's own: not at the
 * laboratory that answered, nor where the patient has been moved since. Only if nobody says where, it's where the patient is.
 */
async function reportChanges(all: Work, person: Person, order: Order): Promise<Change[]> {
  const work = { ...all, source: unitAmong(all, all.sender, orderedAt(order)) ?? all.source }
  const identifier = reportIdentifier(order, work.sender)
  if (!identifier) throw new Problem('required', 'OBR-2 and OBR-3 name no order')
  const subject = { reference: `Patient/${person.id}` }
  const context = { sender: work.sender, subject, idOf }
  const observations = toObservations(order, identifier, context)
  const report = await upsertOf<DiagnosticReport>(work, 'DiagnosticReport', identifier, (known) =>
    toReport(order, identifier, observations, context, known),
  )
  return [...observations.map((each) => updateOf(work, each)), report]
}

/**
 * A40: the one number was given up for the other. What is in the record of the one is moved to the other's, each resource
 * as a new version that is in all else as it was; the given-up Patient stays and says which took its place.
 * Source: HL7 v2.5.1, 3.3.40 and 3.6.2.1.2.
 */
async function mergeChanges(work: Work, person: Person): Promise<readonly Change[]> {
  const [old] = formerIn(work)
  if (!old) throw new Problem('required', 'MRG-1 names no patient')
  const known = await givenUpBy(work, old, person)
  if (known === undefined || known === person.id) return []
  const { system, value } = person.identifier
  const records = await ours(work, await work.target.recordsOf(known))
  const [given] = await ours(work, [{ type: 'Patient', id: known }])
  const isNational = system?.startsWith('urn:oid:1.2.752.129.2.1.3.')
  await work.target.beside?.merge(known, person.id, isNational ? value : undefined)
  const links = new Map([[`Patient/${known}`, `Patient/${person.id}`]])
  const replacedBy = { type: 'replaced-by', other: { reference: `Patient/${person.id}` } } as const
  const giveUp = (there: Patient) => ({ ...there, active: false, link: [replacedBy] })
  return [
    ...records.map((key) => moveOf(key, links)),
    ...(given ? [patchOf<Patient>(work, 'Patient', known, giveUp)] : []),
  ]
}

/**
 * Whose record is moved. Where the other system's side of the very same merge is written down already, as the message comes again
 * after it couldn't be kept, it's still the given-up one's: what our store has of it is where it was.
 */
async function givenUpBy(work: Work, old: Identifier, person: Person): Promise<string | undefined> {
  const named = await namedBy(work, 'Patient', old)
  const survivor = await survivorOf(work, 'Patient', named)
  return survivor === person.id ? named : survivor
}

const isOurs = async ({ target: { beside } }: Work, key: ResourceKey) =>
  beside === undefined || (await beside.isOurs(key))

/** What can be changed here. What another system keeps is read as moved. */
async function ours(work: Work, keys: readonly ResourceKey[]): Promise<readonly ResourceKey[]> {
  const own = await Promise.all(keys.map((key) => isOurs(work, key)))
  return keys.filter((_, at) => own[at])
}

function moveOf({ type, id }: ResourceKey, links: ReadonlyMap<string, string>): Change {
  const apply = ({ bytes }: StoredResource) =>
    validResource(parseJson(rewriteReferences(bytes, links)))
  return { kind: 'patch', type, target: id, apply, ifMatch: undefined }
}

/** The numbers that a merge gives up; none in any other message. */
function formerIn({ message, event, sender }: Work): readonly Identifier[] {
  const mrg = event === 'A40' ? segmentsOf(message, 'MRG')[0] : undefined
  return mrg ? patientIdentifiers(asPid(mrg), sender) : []
}

/** By a number that was given up, the one who took its place is found too. */
function withFormer(told: Patient, former: readonly Identifier[]): Patient {
  if (former.length === 0) return told
  const old = former.map((each) => ({ ...each, use: 'old' as const }))
  return { ...told, identifier: [...(told.identifier ?? []), ...old] }
}

/** MRG-1 is what PID-3 was. */
const asPid = (mrg: Segment): Segment => ({
  ...mrg,
  repetitions: (field) => (field === 3 ? mrg.repetitions(1) : []),
})

function documentOf(
  { source, event, now }: Work,
  patient: string,
  receipt: Receipt,
): DocumentReference {
  const { system, value, bytes } = receipt
  const attachment = { contentType: 'x-application/hl7-v2+er7', data: bytes.toString('base64') }
  return {
    resourceType: 'DocumentReference',
    id: idOf('DocumentReference', value),
    meta: { source: `${HSA}#${source}` },
    identifier: [{ system, value }],
    status: 'current',
    type: { text: `HL7 v2 ${event}` },
    subject: { reference: `Patient/${patient}` },
    date: new Date(now()).toISOString(),
    content: [{ attachment }],
  }
}

const HSA = 'urn:oid:1.2.752.29.4.19'

async function upsertOf<Resource extends FhirResource>(
  work: Work,
  type: Resource['resourceType'],
  identifier: Identifier,
  build: (known: Resource | undefined) => Resource,
): Promise<Change> {
  const known = await foundBy(work, type, identifier)
  if (known !== undefined) return patchOf<Resource>(work, type, known, build)
  return createOf(work, {
    ...build(undefined),
    id: idOf(type, `${identifier.system} ${identifier.value}`),
  })
}

/** Of patients the one whose record it is now: one that was given up for another has a link instead. */
async function foundBy(work: Work, type: string, identifier: Identifier) {
  return survivorOf(work, type, await namedBy(work, type, identifier))
}

const survivorOf = async ({ target: { beside } }: Work, type: string, id: string | undefined) =>
  id !== undefined && type === 'Patient' ? (beside?.survivorOf(id) ?? id) : id

async function namedBy({ target }: Work, type: string, identifier: Identifier) {
  const system = encodeURIComponent(identifier.system ?? '')
  const value = encodeURIComponent((identifier.value ?? '').replace(/[\\,|$]/g, '\\$&'))
  const current = type === 'Patient' ? '&active:not=false' : ''
  const found = await target.find(`${type}?identifier=${system}|${value}${current}`)
  if (found.length > 1) {
    throw new Problem('multiple-matches', 'More than one resource has the identifier that was sent')
  }
  return found[0]?.split('/')[1]
}

function createOf(work: Work, resource: FhirResource): Change {
  const { resourceType: type, id } = resource
  return { kind: 'create', type, resource: validOf(work, resource), id, ifNoneExist: undefined }
}

function updateOf(work: Work, resource: FhirResource): Change {
  const key = { type: resource.resourceType, id: resource.id ?? '' }
  return { kind: 'update', key, resource: validOf(work, resource), ifMatch: undefined }
}

function patchOf<Resource extends FhirResource>(
  work: Work,
  type: Resource['resourceType'],
  id: string,
  change: (known: Resource) => Resource,
): Change {
  const apply = (current: StoredResource) =>
    validOf(work, change(parse(String(current.bytes), undefined, rawNumber) as Resource))
  return { kind: 'patch', type, target: id, apply, ifMatch: undefined }
}

/** Numbers keep the digits they were kept with. */
const rawNumber = (text: string) => JSON.rawJSON(text)

function validOf({ source }: Work, resource: FhirResource) {
  const meta = resource.meta?.source
    ? resource.meta
    : { ...resource.meta, source: `${HSA}#${source}` }
  const text = JSON.stringify({ ...resource, meta })
  return validResource(parseJson(Buffer.from(text)))
}

/** The same thing of the same sender always has the same id, so that two feeds can't make two of it. */
function idOf(type: string, key: string): string {
  const bytes = createHash('sha256').update(`hl7v2 ${type} ${key}`).digest().subarray(0, 16)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x80
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [8, 12, 16, 20, 32].map((end, at) => hex.slice([0, 8, 12, 16, 20][at], end)).join('-')
}
