import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { Problem } from './fhir/problem.ts'
import type { Capability, RecordSystem } from './fhir/record-system.ts'
import { digestOf, type PinnedPeer, signStatement } from './identity/peer-statement.ts'
import type { Access } from './law/access.ts'
import { decisionOf } from './law/decision.ts'
import type { Facts, PatientFacts } from './law/facts.ts'
import { swedishDay } from './law/facts.ts'
import type { Stated } from './law/stated.ts'
import type { Persons } from './systems/federation/persons.ts'
import { createAskPeer } from './systems/peer/ask-peer.ts'
import { createPeerSystem } from './systems/peer/peer-system.ts'
import type { PeerAnswers, WirePerson } from './systems/peer/peer-wire.ts'
import type { ConformanceReport } from './systems/registry/conformance.ts'
import type { RegionRecord } from './systems/registry/registry.ts'

/** The settings of a region that is another Kärna: where it is, and what the agreement pins. */
export interface PeerSettings {
  /** `https://…`, and its certificate's issuer (PEM), the only one trusted. */
  readonly url: string
  readonly ca: string
  /** The region's id there. */
  readonly region: string
  /** What it is called in statements, and its public key (PEM, Ed25519). */
  readonly issuer: string
  readonly key: string
  /** What it calls us. */
  readonly audience: string
  /** HSA-ids of the care providers that it may speak for. */
  readonly providers: readonly string[]
}

/** Another Kärna's region as it's asked. */
export interface Peer {
  readonly settings: PeerSettings
  /** In one person's name; `stated` says what lets them see a patient of the region. Without a name nothing is answered. */
  systemFor(access: Access | undefined, stated: StatedFor): RecordSystem
  /** Who has records there of its patients, as the asking law needs it. */
  readonly facts: Facts
  /** @throws Problem `transient` */
  patientOf(number: string): Promise<string | undefined>
  /**
   * Whether it's there, and what it says that it is.
   * @throws Problem `transient`
   */
  ping(): Promise<string | undefined>
  /** Whether a signed question is answered. */
  tryOut(): Promise<ConformanceReport>
  close(): void
}

export type StatedFor = (patient: string) => Promise<Stated>

export interface PeerParts {
  readonly record: RegionRecord
  readonly persons: Pick<Persons, 'byPatient' | 'numberOf'>
  readonly ownKey: KeyObject
  readonly capability: () => Capability
  readonly now: () => number
}

/** Under the federation's own limit; finding out who has records comes before that, and must leave time. */
const DEADLINE = 2_800
/** Milliseconds that it's believed who has records. */
const BELIEVED = 30_000
const NOTHING: Stated = { relation: false, openings: [] }

/** @throws Problem `required` for settings that don't say enough */
export function openPeer({ record, persons, ownKey, capability, now }: PeerParts): Peer {
  const settings = settingsOf(record)
  const { url, ca, region, issuer, audience, key } = settings
  const asker = createAskPeer({ url, ca, region, deadline: DEADLINE })
  const us: PinnedPeer = { issuer: audience, audience: issuer, key: ownKey }
  createPublicKey(key) // one that can't be read is found out now
  const numberOf = async (patient: string) => {
    const person = await persons.byPatient(record.id, patient)
    return person === undefined ? undefined : persons.numberOf(person)
  }
  const signer =
    (access: Access, stated: Stated, patient: string | undefined) =>
    (kind: string, question: string) =>
      signStatement(
        { access: statedAccess(access), patient, stated },
        us,
        digestOf(region, kind, question),
        now(),
      )
  const service = serviceAccess(record, audience)
  const people = createPeople(now, (number) =>
    asker.ask('person', { number }, signer(service, NOTHING, undefined)),
  )
  return {
    settings,
    systemFor: (access, statedFor) =>
      createPeerSystem({
        name: record.name,
        capability,
        asker,
        sign: async ({ patient, number }) => {
          if (!access)
            throw new Problem('not-supported', 'Another Kärna is asked in somebody’s name')
          const known = number ?? (patient === undefined ? undefined : await numberOf(patient))
          const own =
            patient ?? (number === undefined ? undefined : (await people(number))?.patient)
          return signer(access, own === undefined ? NOTHING : await statedFor(own), known)
        },
      }),
    facts: factsOfPeer(now, async (patient) => {
      const number = await numberOf(patient)
      return number === undefined ? undefined : people(number)
    }),
    patientOf: async (number) => (await people(number))?.patient,
    async ping() {
      const { version } = await asker.ask('ping', {}, signer(service, NOTHING, undefined))
      return typeof version === 'string' ? version : undefined
    },
    tryOut: () =>
      tryOut(() => asker.ask('person', { number: '' }, signer(service, NOTHING, undefined)), now),
    close: () => asker.close(),
  }
}

function settingsOf({ id, settings }: RegionRecord): PeerSettings {
  const given = settings as unknown as Partial<PeerSettings>
  const { url, ca, region, issuer, key, audience, providers } = given
  if (!url || !ca || !region || !issuer || !key || !audience || !providers) {
    throw new Problem(
      'required',
      `Region ${id} lacks url, ca, region, issuer, key, audience or providers`,
    )
  }
  return { url, ca, region, issuer, key, audience, providers }
}

function statedAccess(access: Access) {
  const { user, userName, commission, unit, provider, purpose, statedReason, loa } = access
  const who = { user, userName, commission, unit, provider, purpose, statedReason }
  const level = loa === undefined ? {} : { loa }
  if (access.kind !== 'staff') return { kind: 'system', ...who, ...level } as const
  const { role, process } = access
  return {
    kind: 'staff',
    ...who,
    ...level,
    role,
    ...(process !== undefined && { process }),
  } as const
}

/** We ourselves: who has records is asked before anybody's name is needed. */
function serviceAccess({ id }: RegionRecord, us: string): Access {
  return {
    kind: 'system',
    region: id,
    user: us,
    userName: 'Kärna',
    commission: 'system',
    unit: us,
    provider: us,
    purpose: 'care',
    statedReason: undefined,
    session: us,
  }
}

/** Who has records of whoever has a number, believed for a while; what fails is asked again. */
function createPeople(now: () => number, ask: (number: string) => Promise<PeerAnswers['person']>) {
  const known = new Map<
    string,
    { readonly answer: Promise<WirePerson | undefined>; readonly until: number }
  >()
  return (number: string): Promise<WirePerson | undefined> => {
    const there = known.get(number)
    if (there && there.until > now()) return there.answer
    if (known.size > 50_000) known.clear()
    const answer = ask(number).then((found) => ('notFound' in found ? undefined : found))
    known.set(number, { answer, until: now() + BELIEVED })
    answer.catch(() => known.delete(number))
    return answer
  }
}

/** What isn't known while the other is silent is nothing: then nothing of it is shown either. */
function factsOfPeer(
  now: () => number,
  find: (patient: string) => Promise<WirePerson | undefined>,
): Facts {
  const of = async (patient: string): Promise<PatientFacts> => {
    const found = await find(patient).catch((thrown: unknown) => {
      if (thrown instanceof Problem) return undefined
      throw thrown
    })
    return {
      patient,
      today: swedishDay(now()),
      birthDate: found?.birthDate,
      isProtected: found?.isProtected ?? false,
      careRelations: [],
      holdings: found?.holdings ?? [],
      decisions: (found?.closed ?? []).map((provider) =>
        decisionOf('outer-block', { id: 'peer', provider }),
      ),
    }
  }
  const elsewhere = async () => {
    throw new Problem(
      'not-supported',
      'What is decided about another Kärna’s patients is decided there',
    )
  }
  return {
    of,
    ofMany: (patients) => Promise.all(patients.map(of)),
    remembers: () => false,
    forget: () => {},
    protectedByMerge: async () => [],
    patientsOf: async () => [],
    decide: elsewhere,
    end: elsewhere,
  }
}

async function tryOut(ask: () => Promise<unknown>, now: () => number): Promise<ConformanceReport> {
  const began = now()
  const detail = await ask().then(
    () => undefined,
    (thrown: unknown) => {
      if (thrown instanceof Problem) return `${thrown.code}: ${thrown.message}`
      throw thrown
    },
  )
  const check = { name: 'a signed question is answered', passed: detail === undefined, detail }
  const passed = check.passed ? 1 : 0
  return { passed, failed: 1 - passed, checks: [check], p95: now() - began }
}

/** Those that there is an agreement with now: live, or in shadow. */
export function pinnedPeers(
  regions: readonly { readonly record: RegionRecord; readonly peer: Peer | undefined }[],
): readonly (PinnedPeer & { readonly providers: readonly string[] })[] {
  return regions.flatMap(({ record, peer }) => {
    if (!peer || (record.state !== 'live' && record.state !== 'shadow')) return []
    const { issuer, audience, key, providers } = peer.settings
    return [{ issuer, audience, key: createPublicKey(key), providers }]
  })
}

/** Our own key, from 32 secret bytes. Ed25519 in PKCS #8. https://www.rfc-editor.org/rfc/rfc8410#section-7 */
export function peerKey(secret: Buffer): KeyObject {
  const prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
  return createPrivateKey({ key: Buffer.concat([prefix, secret]), format: 'der', type: 'pkcs8' })
}

/** What an agreement pins of us: our public key, PEM. */
export function publicKeyOf(key: KeyObject): string {
  return String(createPublicKey(key).export({ type: 'spki', format: 'pem' }))
}

/** Where other Kärnas reach us. */
export interface PeerDoor {
  readonly url: string
  close(): Promise<void>
}

/** Opens an HTTPS port on 127.0.0.1 for what other Kärnas ask, and nothing else of the API. */
export async function openPeerDoor(
  api: FastifyInstance,
  { port, cert, key }: { readonly port: number; readonly cert: Buffer; readonly key: Buffer },
): Promise<PeerDoor> {
  await api.ready()
  const server = createServer({ cert, key, minVersion: 'TLSv1.2' }, (request, response) => {
    if (request.url?.startsWith('/peer/')) return void api.routing(request, response)
    response.writeHead(404).end()
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  const { port: open } = server.address() as AddressInfo
  return {
    url: `https://127.0.0.1:${open}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
