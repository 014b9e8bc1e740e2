import type { ResourceType } from '../fhir/resource-type.ts'
import { type Block, covers, EVERYTHING, mintSight, type Origin } from '../fhir/sight.ts'
import type { Access, StaffAccess } from './access.ts'
import type { AccessLog } from './access-log.ts'
import { blocksFor } from './blocks.ts'
import type { Facts, PatientFacts } from './facts.ts'
import type { Piece } from './national-services.ts'
import { consents } from './shared-records.ts'

/** What other systems' questions about blocks and consents are answered from. */
export interface SecurityAnswers {
  /**
   * Whether each piece of our own records is blocked for somebody (PDL 4:4; 2022:913 2:3), as the national block service is
   * asked by CheckBlocks.
   */
  areBlocked(asked: SecurityQuestion, pieces: readonly Piece[]): Promise<readonly boolean[]>
  /** What lets somebody see a provider's records: consent, an emergency that was opened, or nothing (2022:913 3:1, 3:6). */
  consentFor(asked: SecurityQuestion, provider: string): Promise<'Consent' | 'Emergency' | 'none'>
}

export interface SecurityQuestion {
  /** Who asks: the system. It goes into the log. */
  readonly asker: Access
  /** Whom it is about: who wants to see something. */
  readonly reader: StaffAccess
  /** Patient.id. */
  readonly patient: string
}

/** Answers from what is decided here; that it was asked is in the log before the answer leaves. */
export function createSecurityAnswers(facts: Facts, log: AccessLog): SecurityAnswers {
  const noted = async ({ asker, patient }: SecurityQuestion): Promise<PatientFacts> => {
    const known = await facts.of(patient)
    await log.append([
      {
        access: asker,
        patient,
        action: 'see-blocked',
        outcome: 'permit',
        paragraph: undefined,
        resources: [],
      },
    ])
    return known
  }
  return {
    async areBlocked(asked, pieces) {
      const known = await noted(asked)
      const blocked = blocksOfPieces(asked.reader, known, pieces)
      const sight = mintSight({ ...EVERYTHING, patients: [asked.patient], blocked })
      return pieces.map(
        (piece) => isClosed(asked.reader, known, piece) || !covers(sight, originOf(piece)),
      )
    },
    async consentFor(asked, provider) {
      const known = await noted(asked)
      const { user, unit } = asked.reader
      const isEmergency = known.decisions.some(
        (each) =>
          each.kind === 'opening' &&
          each.ground === 'emergency' &&
          each.person === user &&
          each.unit === unit &&
          (each.provider === undefined || each.provider === provider),
      )
      if (consents(asked.reader, known, provider)) return 'Consent'
      return isEmergency ? 'Emergency' : 'none'
    },
  }
}

/**
 * What is closed of what is asked about. In which care process it was made isn't said, so a process that is blocked at its provider
 * closes it: also at units that aren't known here to have records of the patient.
 */
function blocksOfPieces(
  reader: StaffAccess,
  known: PatientFacts,
  pieces: readonly Piece[],
): readonly Block[] {
  const asked = pieces.map(({ unit, provider }) => ({ unit, provider }))
  const all = { ...known, holdings: [...known.holdings, ...asked] }
  const ofProcesses = blocksFor(reader, all).filter(({ process }) => process !== undefined)
  return [...blocksFor(reader, known), ...ofProcesses].map((each) => ({
    ...each,
    process: undefined,
  }))
}

/** The whole provider is closed to others. */
function isClosed({ provider }: StaffAccess, { decisions }: PatientFacts, piece: Piece): boolean {
  return (
    piece.provider !== provider &&
    decisions.some(
      (each) =>
        each.kind === 'outer-block' && each.unit === undefined && each.provider === piece.provider,
    )
  )
}

/** A type of each kind that a block may leave open, and of what none does. */
const TYPES = { drugs: 'MedicationRequest', alerts: 'Flag' } as const

function originOf({ kind, patient, unit, provider, from, to }: Piece): Origin {
  const type: ResourceType = kind ? TYPES[kind] : 'Observation'
  return { type, patient, unit, provider, process: undefined, labels: [], from, to }
}
