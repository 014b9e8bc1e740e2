import { createHash } from 'node:crypto'
import {
  CompactEncrypt,
  calculateJwkThumbprint,
  compactDecrypt,
  exportJWK,
  generateKeyPair,
  type JWK,
} from 'jose'
import type { Queryable } from '../../db/database.ts'
import { query, sql } from '../../db/sql.ts'

/** The keys of one moment: one that signs, and all that a token still in use may have been signed with. */
export interface KeySet {
  readonly signing: JWK
  /** Private parts included; the signing one first. */
  readonly published: readonly JWK[]
}

/** Keys that sign ID tokens and our own assertions to identity providers. */
export interface SigningKeys {
  /** The keys of now; makes the first one. */
  current(): Promise<KeySet>
  /** Makes a new key, which is published at once, signs when everyone has had time to fetch it, and then retires the old. */
  rotate(): Promise<void>
}

/** How long whoever verifies may keep our JWKS. A new key is published this long before it signs. */
export const JWKS_AGE_SECONDS = 300
/** How long a key stays published after its successor began to sign: longer than any token lives. */
const RETIRE_AFTER_SECONDS = 3_600
const SIGNING_ALG = 'RS256'

interface KeyRow {
  readonly kid: string
  readonly sealed_jwk: string
  readonly signs_from: Date
}

/**
 * Key rotation that no request notices: publish, then sign, then retire. Which key does what follows from the clock alone,
 * so every process agrees without being told.
 *
 * @param secret seals private parts in the database; at least 32 bytes
 */
export function createSigningKeys(db: Queryable, secret: Buffer, now: () => number): SigningKeys {
  const wrap = createHash('sha256').update('karna signing keys\n').update(secret).digest()

  async function read(): Promise<KeyRow[]> {
    return query<KeyRow>(
      db,
      sql`select kid, sealed_jwk, signs_from from identity.signing_key order by signs_from desc, kid`,
    )
  }

  async function add(signsFrom: Date, onlyIfNone: boolean): Promise<void> {
    const { privateKey } = await generateKeyPair(SIGNING_ALG, { extractable: true })
    const key = await exportJWK(privateKey)
    const kid = await calculateJwkThumbprint(key)
    const jwk = { ...key, kid, use: 'sig', alg: SIGNING_ALG }
    const { kty, n, e, use, alg } = jwk
    await query(
      db,
      sql`insert into identity.signing_key (kid, public_jwk, sealed_jwk, signs_from)
        select ${kid}, ${JSON.stringify({ kty, n, e, kid, use, alg })}, ${await seal(wrap, jwk)}, ${signsFrom}
        where not ${onlyIfNone} or not exists (select 1 from identity.signing_key)`,
    )
  }

  return {
    async current() {
      let rows = await read()
      if (rows.length === 0) {
        await add(new Date(now()), true)
        rows = await read()
      }
      const { signing, published } = keysAt(rows, now())
      const keys = await Promise.all([signing, ...published].map((row) => open(wrap, row)))
      const [first, ...rest] = keys
      if (!first) throw new Error('There is no signing key')
      return { signing: first, published: [first, ...rest] }
    },
    async rotate() {
      await add(new Date(now() + JWKS_AGE_SECONDS * 1000), false)
    },
  }
}

/**
 * Which keys sign and are published at a time. `rows` newest first. The newest whose time has come signs; those to come are
 * published too, and those that went before it while a token of theirs may live.
 */
export function keysAt<Row extends { readonly signs_from: Date }>(
  rows: readonly Row[],
  time: number,
): { signing: Row; published: readonly Row[] } {
  const begun = rows.findIndex(({ signs_from }) => signs_from.getTime() <= time)
  const place = begun === -1 ? rows.length - 1 : begun
  const signing = rows[place]
  if (!signing) throw new Error('There is no signing key')
  const published = rows.filter((row, index) => {
    if (index <= place) return row !== signing
    const successor = rows[index - 1]
    return successor && time < successor.signs_from.getTime() + RETIRE_AFTER_SECONDS * 1000
  })
  return { signing, published }
}

const seal = (wrap: Buffer, jwk: JWK) =>
  new CompactEncrypt(Buffer.from(JSON.stringify(jwk)))
    .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
    .encrypt(wrap)

async function open(wrap: Buffer, { sealed_jwk }: KeyRow): Promise<JWK> {
  const { plaintext } = await compactDecrypt(sealed_jwk, wrap)
  return JSON.parse(Buffer.from(plaintext).toString()) as JWK
}
