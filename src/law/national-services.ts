import { Problem } from '../fhir/problem.ts'
import type { CompletenessIssue, RecordSystem, SearchPage } from '../fhir/record-system.ts'
import {
  type Block,
  type ExemptKind,
  isExempt,
  mintSight,
  type Origin,
  type Sight,
} from '../fhir/sight.ts'
import type { Access } from './access.ts'
import { type Decision, decisionOf } from './decision.ts'
import type { Facts, PatientFacts } from './facts.ts'
import type { GateParts } from './judge.ts'

/**
 * What the national security services (Säkerhetstjänster) know of patients whose records other systems keep. A patient is
 * named as in the region; one without a number isn't known to them.
 */
export interface NationalServices {
  /**
   * Whether each piece is blocked for who asks. Source: RIV-TA CheckBlocks 4.0.
   * @throws Problem `transient` unless every one is answered for
   */
  areBlocked(access: Access, pieces: readonly Piece[]): Promise<readonly boolean[]>
  /**
   * What lets who asks see other providers' records of the patient. Source: RIV-TA CheckConsent 2.0.
   * @throws Problem `transient`; that is no consent
   */
  consentFor(access: Access, patient: string): Promise<'Consent' | 'Emergency' | 'none'>
}

/** Records that a block may close: of one patient, made at one unit, in a period, of an exempt kind or another. */
export interface Piece extends Pick<Origin, 'patient' | 'unit' | 'provider' | 'from' | 'to'> {
  readonly kind: ExemptKind | undefined
}

/** The same gate, with what the national services say of this user: consents are facts, and blocks close in each answer. */
export function withNationalServices(parts: GateParts, access: Access): GateParts {
  const { national } = parts
  if (!national || (access.kind !== 'staff' && access.kind !== 'system')) return parts
  return {
    ...parts,
    facts: withConsents(parts.facts, access, national),
    system: withBlocks(parts.system, access, national),
    closing: async (sight, origin) => {
      const blocked = await createAsking(access, national).blocksOn([origin])
      return closed(sight, blocked)
    },
  }
}

/** A consent that isn't known of opens nothing, and says nothing. */
function withConsents(facts: Facts, access: Access, national: NationalServices): Facts {
  const informed = async (known: PatientFacts): Promise<PatientFacts> => {
    const others = known.holdings.some(({ provider }) => provider !== access.provider)
    if (!others || access.kind !== 'staff') return known
    const answer = await national.consentFor(access, known.patient).catch((thrown: unknown) => {
      if (thrown instanceof Problem && thrown.code === 'transient') return 'none' as const
      throw thrown
    })
    return answer === 'none'
      ? known
      : { ...known, decisions: [...known.decisions, decisionFrom(answer, access)] }
  }
  return {
    ...facts,
    of: async (patient) => informed(await facts.of(patient)),
    ofMany: async (patients) => Promise.all((await facts.ofMany(patients)).map(informed)),
  }
}

/** An emergency that is registered with the service has been opened there, in both steps (2022:913 3:6). */
function decisionFrom(answer: 'Consent' | 'Emergency', { unit, user }: Access): Decision {
  return answer === 'Consent'
    ? decisionOf('consent', { id: 'national', recipient: unit })
    : decisionOf('opening', { id: 'national', person: user, unit, ground: 'emergency', step: 2 })
}

/** How often an answer is asked for again without what turned out to be blocked. */
const ROUNDS = 8

/**
 * A record system whose answers hold nothing that the national service says is blocked for the user. What was found is
 * asked about piece by piece; if something of it is blocked, the blocks go into the sight and the question is asked again,
 * so that pages, includes and totals are what they would have been. Where more pages follow no total is told: it would
 * count what nobody has asked about yet. What can't be asked about isn't shown, and that is said.
 */
function withBlocks(
  system: RecordSystem,
  access: Access,
  national: NationalServices,
): RecordSystem {
  const ask = createAsking(access, national)
  return {
    ...system,
    async search(query, sight) {
      let closing = sight
      for (let round = 0; round < ROUNDS; round++) {
        const page = await system.search(query, closing)
        const blocked = await ask.blocksOn(page.hits.map(({ resource }) => resource.origin))
        if (blocked.length === 0) return told(page, ask.isSilent())
        closing = closed(closing, blocked)
      }
      throw new Problem('transient', 'The blocks changed while they were asked about. Try again.')
    },
    async history(query, sight) {
      const page = await system.history(query, sight)
      const blocked = await ask.blocksOn(page.versions.map(({ origin }) => origin))
      if (blocked.length === 0) return page
      return system.history(query, closed(sight, blocked))
    },
  }
}

const closed = (sight: Sight, blocked: readonly Block[]) =>
  mintSight({ ...sight, blocked: [...sight.blocked, ...blocked] })

function told(page: SearchPage, isSilent: boolean): SearchPage {
  const total = page.next === undefined && !isSilent ? page.total : undefined
  return { ...page, total, issues: isSilent ? [...page.issues, SILENT] : page.issues }
}

const SILENT: CompletenessIssue = {
  source: 'Spärrtjänsten',
  kind: 'unavailable',
  message: 'Spärrtjänsten svarar inte: uppgifter vars spärr inte kan prövas visas inte',
}

/** Asks about each piece once for one request; the user's own unit is never closed to it (PDL 4:4). */
function createAsking(access: Access, national: NationalServices) {
  const answered = new Map<string, boolean>()
  let silent = false
  return {
    isSilent: () => silent,
    async blocksOn(origins: readonly Origin[]): Promise<readonly Block[]> {
      const pieces = new Map<string, Piece>()
      for (const origin of origins) {
        if (!isJudged(origin, access)) continue
        const piece = pieceOf(origin)
        const key = JSON.stringify(Object.values(piece), asText)
        if (!answered.has(key)) pieces.set(key, piece)
      }
      if (pieces.size === 0) return []
      const blocked = await national.areBlocked(access, [...pieces.values()]).catch((thrown) => {
        if (!(thrown instanceof Problem) || thrown.code !== 'transient') throw thrown
        silent = true
        return [...pieces].map(() => true)
      })
      return [...pieces].flatMap(([key, piece], at) => {
        answered.set(key, blocked[at] ?? true)
        return blocked[at] === false ? [] : [toBlock(piece)]
      })
    },
  }
}

function isJudged({ type, patient, unit }: Origin, access: Access): boolean {
  return patient !== undefined && type !== 'Patient' && unit !== access.unit
}

function pieceOf({ type, patient, unit, provider, from, to }: Origin): Piece {
  const kind = KINDS.find((each) => isExempt({ exempt: [each] }, type))
  return { patient, unit, provider, from, to, kind }
}

const KINDS: readonly ExemptKind[] = ['drugs', 'alerts']

/** A block on an exempt kind leaves out no kind but, perhaps, the other one; any other may leave out both. */
function toBlock({ patient = '', unit, from, to, kind }: Piece): Block {
  const exempt = KINDS.filter((each) => each !== kind)
  return { patient, unit, process: undefined, from, to, exempt }
}

const asText = (_name: string, value: unknown) => (value === undefined ? null : value)
