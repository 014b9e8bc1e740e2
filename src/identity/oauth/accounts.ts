import { createHmac } from 'node:crypto'
import type { Configuration, KoaContextWithOIDC } from 'oidc-provider'
import { type Login, PATIENT_OFFLINE_DAYS } from '../login/logins.ts'
import { regionAddress, type ServerParts } from './server-parts.ts'

/**
 * Logins as the authorization server's accounts. A login is asked for at each code and each refresh: one that is locked, over
 * or ended gives no new tokens, but for what was granted to go on without the person (`offline_access`).
 */
export function createAccounts(parts: ServerParts, issuer: string) {
  const find: NonNullable<Configuration['findAccount']> = async (ctx, id, token) => {
    const login = await parts.logins.find(id)
    const scopes = String((token as { scope?: string } | undefined)?.scope ?? '').split(' ')
    if (!login || !mayGoOn(login, scopes.includes('offline_access'))) return undefined
    if (token) await parts.logins.touch(id)
    return {
      accountId: id,
      claims: async () => {
        const fhirUser = await fhirUserOf(ctx, login)
        return {
          sub: id,
          name: nameOf(login),
          ...(fhirUser && { fhirUser }),
        }
      },
    }
  }

  async function fhirUserOf(ctx: KoaContextWithOIDC, login: Login): Promise<string | undefined> {
    if (login.kind === 'staff') {
      const { region, user } = login.subject
      return `${regionAddress(issuer, region)}/Practitioner/${user.slice(user.indexOf('-') + 1)}`
    }
    const context = await contextOf(ctx)
    return context?.patient && `${regionAddress(issuer, context.region)}/Patient/${context.patient}`
  }

  async function contextOf(ctx: KoaContextWithOIDC) {
    const grantId = ctx.oidc.entities.Grant?.jti
    return grantId ? parts.contexts.of(grantId) : undefined
  }

  const tokenClaims: NonNullable<Configuration['extraTokenClaims']> = async (_ctx, token) => {
    if (!('grantId' in token) || !token.grantId) return undefined
    const context = await parts.contexts.of(token.grantId)
    const { patient, encounter } = context ?? {}
    return { ...(patient && { patient }), ...(encounter && { encounter }) }
  }

  /** The same person is the same to one app at each login, and no two apps can tell that it is. */
  async function subject(id: string, client: string): Promise<string> {
    const login = await parts.logins.find(id)
    const person = login?.kind === 'staff' ? login.subject.user : login?.subject.personalNumber
    return createHmac('sha256', parts.secret)
      .update(`${client} ${person ?? id}`)
      .digest('base64url')
  }

  return { find, tokenClaims, subject }
}

/** Staff are never away from work longer than a session; a patient's app may go on for a month. */
function mayGoOn({ kind, state, since }: Login, offline: boolean): boolean {
  if (state === 'open') return true
  if (!offline) return false
  if (kind === 'staff') return state !== 'over' && Date.now() - since.getTime() < 12 * 3_600_000
  return Date.now() - since.getTime() < PATIENT_OFFLINE_DAYS * 86_400_000
}

const nameOf = ({ kind, subject }: Login) =>
  kind === 'staff' && 'userName' in subject
    ? subject.userName
    : 'name' in subject
      ? subject.name
      : ''
