import type { Directory } from '../directory.ts'
import { type Claims, recognisePatient, recogniseStaff } from './claims.ts'
import type { Fault, IdentityProvider } from './identity-provider.ts'
import type { LoginAttempts } from './login-attempts.ts'
import type { Login, Logins, Subject } from './logins.ts'

/** What became of a login: where the browser goes on, or why not, in Swedish. */
export type SignedIn =
  | { readonly interaction: string; readonly login: string }
  | { readonly refused: string }

/** People logging in through the identity providers that are configured. */
export interface SignIn {
  /** Whether there is a provider for these users. */
  has(kind: Subject['kind']): boolean
  /** Where to send the browser. `undefined`: the provider can't be reached. */
  begin(kind: Subject['kind'], from: From): Promise<string | undefined>
  finish(parameters: URLSearchParams, browser: string): Promise<SignedIn>
  /** The login that an interaction led to, told once and to the browser that began it. */
  loginFor(interaction: string, browser: string): Promise<string | undefined>
}

/** Where a login begins. */
export interface From {
  readonly interaction: string
  readonly browser: string
  /** The browser's former login, which goes on if the same person is back in the same commission. */
  readonly was: string | undefined
  /** Who it will be, as the app thinks. */
  readonly hint: string | undefined
}

const WORDS: Readonly<Record<Fault, string>> = {
  cancelled: 'Inloggningen avbröts.',
  unreachable: 'Inloggningstjänsten svarar inte. Försök igen om en stund.',
  'not-trusted': 'Svaret från inloggningstjänsten gick inte att lita på. Försök igen.',
}

/** A login that did not begin in this browser is somebody else's, or somebody's trap. */
const NOT_HERE =
  'Inloggningen påbörjades inte i den här webbläsaren, eller tog för lång tid. Börja om.'

export function createSignIn(parts: {
  readonly provider: (kind: Subject['kind']) => IdentityProvider | undefined
  readonly attempts: LoginAttempts
  readonly logins: Logins
  readonly directory: Directory
}): SignIn {
  const { attempts, logins, directory } = parts
  const made = new Map<Subject['kind'], IdentityProvider>()

  function providerFor(kind: Subject['kind']): IdentityProvider | undefined {
    const provider = made.get(kind) ?? parts.provider(kind)
    if (provider) made.set(kind, provider)
    return provider
  }

  return {
    has: (kind) => providerFor(kind) !== undefined,
    async begin(kind, { hint, ...from }) {
      const departure = await providerFor(kind)
        ?.depart(hint)
        .catch(() => undefined)
      if (!departure) return undefined
      await attempts.depart({ ...from, provider: kind }, departure)
      return departure.address
    },
    loginFor: (interaction, browser) => attempts.loginFor(interaction, browser),
    async finish(parameters, browser) {
      const state = parameters.get('state') ?? ''
      const attempt = await attempts.arrive(state, browser)
      const provider = attempt && providerFor(attempt.provider)
      if (!attempt || !provider) return { refused: NOT_HERE }
      const arrived = await provider.arrive({ ...attempt, parameters })
      if ('fault' in arrived) return { refused: WORDS[arrived.fault] }
      const { claims } = arrived
      const found =
        attempt.provider === 'staff' ? recogniseStaff(claims, directory) : recognisePatient(claims)
      if ('refused' in found) return found
      const login = await goOnOrBegin(logins, found.who, claims, attempt.was)
      await attempts.succeed(state, login)
      return { interaction: attempt.interaction, login }
    },
  }
}

async function goOnOrBegin(
  logins: Logins,
  who: Subject,
  { acr, amr }: Claims,
  was: string | undefined,
): Promise<string> {
  const before = was === undefined ? undefined : await logins.find(was)
  if (before && isSame(before, who)) {
    await logins.reopen(before.id)
    return before.id
  }
  const methods = Array.isArray(amr) ? amr.filter((word) => typeof word === 'string') : []
  return logins.begin(who, { acr: String(acr), amr: methods })
}

/** A locked session opens to the one who locked it; one that is over or ended doesn't. */
function isSame(before: Login, who: Subject): boolean {
  if (before.state !== 'locked' && before.state !== 'open') return false
  if (who.kind === 'staff') {
    return (
      before.kind === 'staff' &&
      before.subject.user === who.subject.user &&
      before.subject.commission === who.subject.commission
    )
  }
  return before.kind === 'patient' && before.subject.personalNumber === who.subject.personalNumber
}
