import { type Asker, ask, Refusal } from '../api/http.ts'
import { arriveFromLogin, departToLogin, type Token, tokenInSilence } from './oauth.ts'
import type { Session, StaffMember } from './session.ts'

/** Those who can log in to the demo. @throws Refusal `404` when there is no demo */
export async function demoStaff(): Promise<readonly StaffMember[]> {
  const { staff } = (await ask(undefined, '/identity/demo')) as { staff: StaffMember[] }
  return staff
}

/** What there is when the page has been loaded: a session, or the login page with what is to be said. */
export type Opening = { readonly session: Session } | { readonly notice: string | undefined }

/** The same on the patients' own page: a session that knows nothing but how to ask. */
export type CitizenSession = Pick<Session, 'lastAsked' | 'bearer'>
export type CitizenOpening =
  | { readonly session: CitizenSession }
  | { readonly notice: string | undefined }

/** As {@link openSession}, for a patient. */
export async function openCitizen(): Promise<CitizenOpening> {
  try {
    const arrival = await arriveFromLogin()
    if (arrival && 'failed' in arrival) return { notice: 'Inloggningen avbröts.' }
    const token = arrival?.token ?? (await tokenInSilence())
    return token ? { session: holding(token) } : { notice: undefined }
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause
    return { notice: 'Inloggningen gick inte. Försök igen.' }
  }
}

/** Takes up the login that the browser is back from, or that is open since before. Never fails: it says why instead. */
export async function openSession(): Promise<Opening> {
  try {
    const arrival = await arriveFromLogin()
    if (arrival && 'failed' in arrival) return { notice: 'Inloggningen avbröts.' }
    const token = arrival?.token ?? (await tokenInSilence())
    if (!token) return { notice: undefined }
    const session = await sessionWith(token)
    const isOther = arrival?.whose !== undefined && arrival.whose !== session.user.hsaId
    if (isOther) history.replaceState(null, '', '/patients')
    return { session }
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause
    return { notice: 'Inloggningen gick inte. Försök igen.' }
  }
}

/**
 * Sends the browser to the identity provider.
 *
 * @param whose HSA-id of the one who was here before
 * @param hint who it will be, if that is known: the demo's quick choices
 */
export function logIn(whose: string | undefined, hint?: string): Promise<void> {
  return departToLogin(hint === undefined ? {} : { login_hint: hint }, whose)
}

/** Another commission is a login of its own; the one before ends. */
export async function switchCommission(session: Session, commission: string): Promise<void> {
  await logOut(session)
  const hint = session.demoLogin && `${session.demoLogin} ${commission}`
  await departToLogin({ prompt: 'login', ...(hint && { login_hint: hint }) })
}

/** Ends the login on the server, with all its tokens. If it can't be told, it locks there by itself. */
export async function logOut(session: Session): Promise<void> {
  await ask(session, '/identity/logout', { method: 'POST' }).catch(() => undefined)
}

/** A sign of life from somebody who reads without asking for anything. */
export async function stayAwake(session: Asker): Promise<void> {
  await ask(session, '/identity/session').catch(() => undefined)
}

/** A token with less than this left is renewed before it is used. */
const SLACK_MS = 20_000

async function sessionWith(first: Token): Promise<Session> {
  const held = holding(first)
  const told = (await ask(held, '/identity/session')) as Omit<Session, keyof typeof held>
  return { ...told, ...held }
}

/** Holds a token, and gets a new one when its time is out, as long as the login is open. */
export function holding(first: Token): Pick<Session, 'lastAsked' | 'bearer'> {
  let token = first
  let renewing: Promise<Token> | undefined
  let lastAsked = Date.now()
  const renewed = async () => {
    const next = await tokenInSilence()
    if (!next) throw new Refusal(401, 'sessionen är slut')
    return next
  }
  return {
    lastAsked: () => lastAsked,
    async bearer({ isQuiet } = { isQuiet: false }) {
      const now = Date.now()
      if (!isQuiet) lastAsked = now
      if (token.until - SLACK_MS > now) return token.value
      renewing ??= renewed().finally(() => {
        renewing = undefined
      })
      token = await renewing
      return token.value
    },
  }
}
