import { createHash, type KeyObject, randomUUID } from 'node:crypto'
import { decodeJwt, errors, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import type { Queryable } from '../db/database.ts'
import { query, sql } from '../db/sql.ts'
import { Problem } from '../fhir/problem.ts'
import type { Access, Purpose, Role } from '../law/access.ts'
import type { Stated } from '../law/stated.ts'

/** Another Kärna that records are asked of, or that asks: what the agreement with it says. */
export interface PinnedPeer {
  /** What it calls itself in its statements. */
  readonly issuer: string
  /** What it calls us. */
  readonly audience: string
  /** Its public key, pinned in the agreement. */
  readonly key: KeyObject
}

/** Who asks another Kärna, why, about whom, and what lets them: signed by the asking one, judged by the other. */
export interface PeerStatement {
  readonly access: StatedAccess
  /** Personnummer or samordningsnummer of whom it is about; `undefined` for a question about nobody yet. */
  readonly patient: string | undefined
  readonly stated: Stated
}

/** An access without the region, which is each Kärna's own, and without the session, which the statement stands for. */
export type StatedAccess = Pick<
  Access,
  'user' | 'userName' | 'commission' | 'unit' | 'provider' | 'purpose' | 'statedReason'
> & {
  readonly kind: 'staff' | 'system'
  readonly role?: Role
  readonly process?: string
  readonly loa?: string
}

/** Seconds that a statement holds: it is made for one question and used at once. */
const LIFETIME = 30
/** Seconds that two clocks may differ. */
const TOLERANCE = 5
const TYPE = 'karna-access+jwt'
const ALGORITHM = 'EdDSA'

/** What a question is, bound to the statement that it comes with. */
export function digestOf(region: string, kind: string, question: string): string {
  return createHash('sha256')
    .update(JSON.stringify([region, kind, question]))
    .digest('base64url')
}

/**
 * Signs a statement for one question. https://www.rfc-editor.org/rfc/rfc7519
 * @param question as {@link digestOf} has it
 */
export function signStatement(
  statement: PeerStatement,
  { issuer, audience, key }: PinnedPeer,
  question: string,
  now: number,
): Promise<string> {
  const { access, patient, stated } = statement
  const at = Math.floor(now / 1000)
  const claims = { access, patient, stated, question }
  return new SignJWT(claims as unknown as JWTPayload)
    .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
    .setIssuer(issuer)
    .setAudience(audience)
    .setSubject(access.user)
    .setIssuedAt(at)
    .setExpirationTime(at + LIFETIME)
    .setJti(randomUUID())
    .sign(key)
}

/** What statements are verified with. */
export interface Verifying {
  readonly db: Queryable
  /** Those that an agreement names, now. */
  readonly peers: () => readonly PinnedPeer[]
  readonly now: () => number
}

/**
 * The statement, once, from whom an agreement names, for us, for this very question.
 * @throws Problem `forbidden`, whatever is wrong with it, saying what
 */
export async function verifyStatement(
  { db, peers, now }: Verifying,
  token: string,
  question: string,
): Promise<PeerStatement & { readonly issuer: string; readonly jti: string }> {
  const peer = peers().find(({ issuer }) => issuer === issuerOf(token))
  if (!peer) throw refused('there is no agreement with who signed it')
  const { jti, exp, ...claims } = await claimsOf(token, peer, now())
  if (claims.question !== question) throw refused('it is for another question')
  if (!jti || exp === undefined) throw refused('it can be used again')
  const statement = readStatement(claims)
  const rows = await query<{ jti: string }>(
    db,
    sql`with old as (delete from identity.peer_statement where expires < ${new Date(now() - 60_000)}::timestamptz)
      insert into identity.peer_statement (issuer, jti, expires)
      values (${peer.issuer}, ${jti}, ${new Date((exp + TOLERANCE) * 1000)}::timestamptz)
      on conflict do nothing returning jti`,
  )
  if (rows.length === 0) throw refused('it has been used')
  return { ...statement, issuer: peer.issuer, jti }
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    throw refused('it cannot be read')
  }
}

async function claimsOf(token: string, { key, issuer, audience }: PinnedPeer, now: number) {
  try {
    const { payload } = await jwtVerify(token, key, {
      issuer,
      audience,
      algorithms: [ALGORITHM],
      typ: TYPE,
      maxTokenAge: LIFETIME + TOLERANCE,
      clockTolerance: TOLERANCE,
      currentDate: new Date(now),
      requiredClaims: ['sub', 'iat', 'exp', 'jti'],
    })
    return payload
  } catch (thrown) {
    if (thrown instanceof errors.JWTExpired) throw refused('it has expired')
    if (thrown instanceof errors.JWTClaimValidationFailed) {
      throw refused(`its ${thrown.claim} is not as agreed`)
    }
    throw refused('its signature does not hold')
  }
}

const refused = (why: string) =>
  new Problem('forbidden', `The statement of access is not accepted: ${why}`)

const PURPOSES: readonly Purpose[] = ['care', 'care-administration', 'required-documentation']
const ROLES: readonly Role[] = [
  'doctor',
  'nurse',
  'assistant-nurse',
  'secretary',
  'administrator',
  'auditor',
]

/** Reads what is said of who asks; a word that isn't known is refused, and not taken for another. */
function readStatement(claims: JWTPayload): PeerStatement {
  const { sub, patient } = claims
  const given = objectIn(claims.access)
  const text = (name: string) => {
    const value = given[name]
    if (typeof value !== 'string' || value === '') throw refused(`it lacks ${name}`)
    return value
  }
  const optional = (name: string) => (given[name] === undefined ? undefined : text(name))
  const kind = given.kind === 'staff' || given.kind === 'system' ? given.kind : undefined
  const purpose = PURPOSES.find((each) => each === given.purpose)
  const role = ROLES.find((each) => each === given.role)
  if (!kind || !purpose || (kind === 'staff' && !role) || text('user') !== sub) {
    throw refused('it does not say who asks, and why')
  }
  if (patient !== undefined && typeof patient !== 'string') throw refused('its patient is no text')
  const [process, loa] = [optional('process'), optional('loa')]
  return {
    access: {
      kind,
      user: text('user'),
      userName: text('userName'),
      commission: text('commission'),
      unit: text('unit'),
      provider: text('provider'),
      purpose,
      statedReason: optional('statedReason'),
      ...(role && { role }),
      ...(process !== undefined && { process }),
      ...(loa !== undefined && { loa }),
    },
    patient,
    stated: readStated(objectIn(claims.stated)),
  }
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  throw refused('it is not whole')
}

const GROUNDS = ['consent', 'emergency', 'incapacity'] as const

function readStated({ relation, openings }: Readonly<Record<string, unknown>>): Stated {
  if (typeof relation !== 'boolean' || !Array.isArray(openings)) throw refused('it is not whole')
  return {
    relation,
    openings: openings.map((each) => {
      const { provider, ground } = objectIn(each)
      const known = GROUNDS.find((word) => word === ground)
      if (typeof provider !== 'string' || !known) throw refused('it opens on no ground of the act')
      return { provider, ground: known }
    }),
  }
}
