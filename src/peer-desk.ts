import type { PeerDesk } from './api/peer-routes.ts'
import type { Queryable } from './db/database.ts'
import { Problem } from './fhir/problem.ts'
import type { ResourceKey } from './fhir/record-system.ts'
import { isResourceType } from './fhir/resource-type.ts'
import { parseSearch } from './fhir/search/parse.ts'
import { digestOf, type PeerStatement, verifyStatement } from './identity/peer-statement.ts'
import type { Access, StaffAccess } from './law/access.ts'
import type { AccessLog } from './law/access-log.ts'
import type { Alerts } from './law/alerts/alerts.ts'
import type { LookUps } from './law/alerts/look-ups.ts'
import { countLookUp } from './law/alerts/strangers.ts'
import type { Gate } from './law/gate.ts'
import { createGate } from './law/law.ts'
import type { LogEntry } from './law/log-entry.ts'
import { patientsNamedIn } from './law/patients-named.ts'
import { withStated } from './law/stated.ts'
import { pinnedPeers } from './peers.ts'
import type { OpenRegion, Regions } from './regions.ts'
import {
  type PeerAnswers,
  type PeerQuestion,
  type PeerQuestions,
  toWire,
} from './systems/peer/peer-wire.ts'

/** What other Kärnas are answered with. */
export interface PeerDeskParts {
  readonly db: Queryable
  readonly log: AccessLog
  readonly lookUps: LookUps
  readonly alerts: Alerts
  readonly now: () => number
  /** What we say that we are. */
  readonly version: string
  readonly regions: Pick<Regions, 'all' | 'open' | 'persons'>
}

/** A question whose statement holds: who asks, through our own gate of the region. */
interface Asked {
  readonly region: OpenRegion
  readonly access: Access
  /** Patient.id here of whom the statement is about. */
  readonly patient: string | undefined
  readonly gate: Gate
}

/**
 * Answers other Kärnas. The statement says who asks and what lets them; what they see is decided here: our gate mints the
 * sight, from our facts and blocks, and our log gets the row.
 */
export function createPeerDesk(parts: PeerDeskParts): PeerDesk {
  return {
    async answer(region, kind, { statement, question }) {
      const digest = digestOf(region, kind, question)
      const { db, now, regions } = parts
      const peers = pinnedPeers(regions.all())
      const said = await verifyStatement({ db, peers: () => peers, now }, statement, digest)
      const peer = peers.find(({ issuer }) => issuer === said.issuer)
      requireAgreed(peer, said.access, kind)
      const open = parts.regions.open(region)
      if (open?.record.state !== 'live' || open.peer) {
        throw new Problem('forbidden', 'There is no such region here')
      }
      const asked = await gateFor(parts, open, said, `${said.issuer} ${said.jti}`)
      const answer = Object.hasOwn(ANSWERS, kind) ? ANSWERS[kind as PeerQuestion] : undefined
      if (!answer) throw new Problem('invalid', 'There is no such question')
      return answer(parts, asked, JSON.parse(question))
    },
  }
}

/** What a Kärna asks in its own name: who has records, and whether we are there. */
const IN_OWN_NAME: ReadonlySet<string> = new Set(['person', 'ping'] satisfies PeerQuestion[])

/** A Kärna speaks for the care providers of its agreement. */
function requireAgreed(
  peer: { readonly issuer: string; readonly providers: readonly string[] } | undefined,
  { kind, provider }: PeerStatement['access'],
  question: string,
): void {
  if (peer?.providers.includes(provider)) return
  if (kind === 'system' && provider === peer?.issuer && IN_OWN_NAME.has(question)) return
  throw new Problem('forbidden', 'The agreement is not about that care provider')
}

async function gateFor(
  { log, lookUps, alerts, now, regions }: PeerDeskParts,
  open: OpenRegion,
  { access: said, patient: number, stated }: PeerStatement,
  session: string,
): Promise<Asked> {
  const { id: region } = open.record
  const access = { ...said, region, session } as Access & Partial<Pick<StaffAccess, 'role'>>
  const patient = number === undefined ? undefined : await patientWith(regions, open, number)
  const facts = withStated(open.facts, access, { patient, stated })
  const gate = createGate({
    region,
    system: open.system,
    facts,
    log,
    lookUps,
    alerts,
    now,
    originOf: undefined,
    national: open.national,
  })
  return { region: open, access, patient, gate }
}

/** The patient with the number, as the index knows, or else the system that the region runs. */
async function patientWith(
  { persons }: Pick<Regions, 'persons'>,
  { record, legacy }: OpenRegion,
  number: string,
): Promise<string | undefined> {
  const person = await persons.byNumber(number)
  const places = person === undefined ? [] : await persons.whereIs(person)
  const known = places.find(({ region }) => region === record.id)?.patient
  return known ?? (await legacy?.patientOf?.(number))
}

const ANSWERS: {
  readonly [Question in PeerQuestion]: (
    parts: PeerDeskParts,
    asked: Asked,
    question: PeerQuestions[Question],
  ) => Promise<PeerAnswers[Question]>
} = { search, read, history, person, ping: async ({ version }) => ({ version }) }

async function search(
  { now }: PeerDeskParts,
  { gate, access, patient }: Asked,
  { type, text, cursor }: PeerQuestions['search'],
): Promise<PeerAnswers['search']> {
  if (!isResourceType(type)) throw new Problem('invalid', 'There is no such type')
  const { types } = gate.capability()
  const parameters = new URLSearchParams(text)
  const query = parseSearch(type, parameters, { types, base: undefined, now: now() })
  if (patientsNamedIn(query).some((named) => named !== patient)) {
    throw new Problem('forbidden', 'The statement is about another patient')
  }
  const { hits, ...page } = await gate.search(access, { ...query, cursor })
  return { ...page, hits: hits.map(({ mode, resource }) => ({ mode, resource: toWire(resource) })) }
}

async function read(
  parts: PeerDeskParts,
  asked: Asked,
  { type, id, version }: PeerQuestions['read'],
): Promise<PeerAnswers['read']> {
  if (!isResourceType(type)) throw new Problem('invalid', 'There is no such type')
  const key = { type, id }
  const whose = await ownerOf(parts, asked, key, version)
  if (whose !== undefined) return { whose }
  return orNotFound(async () => toWire(await asked.gate.read(asked.access, key, version)))
}

async function history(
  parts: PeerDeskParts,
  asked: Asked,
  { type, id, since, at, count, cursor }: PeerQuestions['history'],
): Promise<PeerAnswers['history']> {
  if (!isResourceType(type)) throw new Problem('invalid', 'There is no such type')
  if (!Number.isInteger(count) || count < 1) throw new Problem('invalid', 'Ask for some versions')
  const whose = await ownerOf(parts, asked, { type, id }, undefined)
  if (whose !== undefined) return { whose }
  const question = { type, id, since, count, cursor, ...(at && { at }) }
  return orNotFound(async () => {
    const page = await asked.gate.history(asked.access, question)
    return { ...page, versions: page.versions.map(toWire) }
  })
}

/**
 * Without a patient it's only told whose record it is in, a number, so that what lets the user can be stated. That somebody
 * has such a record is told of them too: it's in the log before it leaves.
 */
async function ownerOf(
  { regions: { persons }, log, lookUps }: PeerDeskParts,
  { access, patient, region }: Asked,
  key: ResourceKey,
  version: string | undefined,
): Promise<string | undefined> {
  if (patient !== undefined) return undefined
  const targets = [`${key.type}/${key.id}`]
  await countLookUp({ log, lookUps }, access, 'read', { targets, tellsOwner: true })
  const owner = (await region.system.locate(key, version))?.origin.patient
  const who = owner === undefined ? undefined : await persons.byPatient(region.record.id, owner)
  const number = who === undefined ? undefined : await persons.numberOf(who)
  if (number !== undefined) await log.append([told(access, owner, 'read')])
  return number
}

async function orNotFound<Answer>(
  ask: () => Promise<Answer>,
): Promise<Answer | { readonly notFound: true }> {
  try {
    return await ask()
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === 'not-found') return { notFound: true }
    throw thrown
  }
}

/** A row of what is told about a patient beside their records: nothing of these. */
const told = (
  access: Access,
  patient: string | undefined,
  action: 'read' | 'search',
): LogEntry => ({
  access,
  patient,
  action,
  outcome: 'permit',
  paragraph: undefined,
  resources: [],
})

/**
 * Who has records: what the engagement index tells (2022:913 2:4). Looked up through the gate, and so in the log; one whom the
 * look-up doesn't show, as the identity is protected, gets a row as well.
 */
async function person(
  { now, regions, log }: PeerDeskParts,
  { gate, access, region }: Asked,
  { number }: PeerQuestions['person'],
): Promise<PeerAnswers['person']> {
  const { types } = gate.capability()
  const options = { types, base: undefined, now: now() }
  const query = parseSearch('Patient', [['identifier', number]], options)
  const { hits } = await gate.search(access, query)
  const shown = hits[0]?.resource.key.id
  const patient = shown ?? (await patientWith(regions, region, number))
  if (patient === undefined) return { notFound: true }
  if (shown === undefined) await log.append([told(access, patient, 'search')])
  const { birthDate, isProtected, holdings, decisions } = await region.facts.of(patient)
  const closed = decisions.flatMap(({ kind, provider, unit }) =>
    kind === 'outer-block' && provider !== undefined && unit === undefined ? [provider] : [],
  )
  return { patient, isProtected, holdings, closed, ...(birthDate !== undefined && { birthDate }) }
}
