import type { Queryable } from '../db/database.ts'
import type { Directory } from './directory.ts'
import { createLaunches, type Launches } from './launch.ts'
import { createIdentityProvider, type ProviderSettings } from './login/identity-provider.ts'
import { createLoginAttempts } from './login/login-attempts.ts'
import { createLogins, type Logins } from './login/logins.ts'
import { createSignIn, type SignIn } from './login/sign-in.ts'
import { createAppContexts } from './oauth/app-contexts.ts'
import { type Apps, createApps } from './oauth/apps.ts'
import {
  type AuthorizationServer,
  createAuthorizationServer,
} from './oauth/authorization-server.ts'
import { ownApp } from './oauth/own-apps.ts'
import { createPatientApps, type PatientApps } from './oauth/patient-apps.ts'
import type { ServerPages } from './oauth/server-parts.ts'
import { createSigningKeys, type SigningKeys } from './oauth/signing-keys.ts'

/** Everything by which people log in and apps are let in. */
export interface Smart {
  readonly server: AuthorizationServer
  readonly signIn: SignIn
  readonly logins: Logins
  readonly launches: Launches
  readonly apps: Apps
  readonly keys: SigningKeys
  readonly patientApps: PatientApps
}

/** Puts it together. `origin` is asked when the first request comes, since a free port is not known before. */
export function createSmart(parts: {
  readonly db: Queryable
  readonly directory: Directory
  /** At least 32 bytes, the same in every process. */
  readonly secret: Buffer
  readonly demo: boolean
  readonly now: () => number
  readonly pages: ServerPages
  readonly origin: () => string
  readonly providers: { readonly staff?: ProviderSettings; readonly patient?: ProviderSettings }
}): Smart {
  const { db, directory, secret, now, origin } = parts
  const apps = createApps(db, (clientId) => ownApp(clientId, origin()))
  const [contexts, logins] = [createAppContexts(db), createLogins(db)]
  const keys = createSigningKeys(db, secret, now)
  const server = createAuthorizationServer(
    {
      db,
      apps,
      contexts,
      logins,
      get regions() {
        return directory.regions.map(({ id }) => id)
      },
      secret,
      demo: parts.demo,
      pages: parts.pages,
      keys,
      now,
    },
    origin,
  )
  const own = {
    key: async () => (await keys.current()).signing,
    redirectUri: () => `${server.issuer()}/callback`,
    now,
  }
  const provider = (kind: 'staff' | 'patient') => {
    const settings = parts.providers[kind]
    return settings && createIdentityProvider(settings, own)
  }
  const attempts = createLoginAttempts(db)
  const signIn = createSignIn({ provider, attempts, logins, directory })
  const patientApps = createPatientApps(db)
  return { server, signIn, logins, launches: createLaunches(db), apps, keys, patientApps }
}
