import { startLoginSimulator } from '../simulators/login/login-simulator.ts'
import { demoDirectory } from '../src/identity/demo-directory.ts'
import type { Karna, KarnaParts } from '../src/karna.ts'
import { atEndOfFile } from './endings.ts'

/** Identity providers for a Kärna, which they are told of when it listens. */
export interface DemoLogins {
  readonly logins: NonNullable<KarnaParts['logins']>
  meet(karna: Karna): void
}

/** Starts the demo's identity providers; they end with the file, or as told. */
export async function startDemoLogins(atEnd = atEndOfFile): Promise<DemoLogins> {
  const simulator = await startLoginSimulator(demoDirectory)
  atEnd(() => simulator.stop())
  const { staff, patient } = simulator.issuers
  const of = (issuer: string) => ({ issuer, clientId: 'karna' })
  return {
    logins: { staff: of(staff), patient: of(patient) },
    meet({ smart }) {
      const issuer = smart.server.issuer()
      const [redirectUri, jwksUri] = [`${issuer}/callback`, `${issuer}/jwks`]
      simulator.register({ clientId: 'karna', redirectUri, jwksUri })
    },
  }
}
