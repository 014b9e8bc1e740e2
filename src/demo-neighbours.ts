import { type ChildProcess, spawn } from 'node:child_process'
import { startLoginSimulator } from '../simulators/login/login-simulator.ts'
import type { LoginSetting } from './config.ts'
import type { Directory } from './identity/directory.ts'
import type { Karna } from './karna.ts'

/** What stands around a region's Kärna and the demo must bring itself. */
export interface DemoNeighbours {
  /** The demo's identity providers, as what they are: others, known by an address. */
  readonly logins: { readonly staff: LoginSetting; readonly patient: LoginSetting }
  /** Makes them known to a Kärna that serves. */
  meet(karna: Karna, port: number): void
  stop(): Promise<void>
}

/** What the demo's identity providers know us as. */
const CLIENT = 'karna'

/** Starts two identity providers, and, when there is a Kärna to meet, a sealer of its log. */
export async function startNeighbours(directory: Directory): Promise<DemoNeighbours> {
  const login = await startLoginSimulator(directory)
  const known = (issuer: string) => ({ issuer, clientId: CLIENT })
  let sealer: ChildProcess | undefined
  return {
    logins: { staff: known(login.issuers.staff), patient: known(login.issuers.patient) },
    meet(karna, port) {
      const issuer = karna.smart.server.issuer()
      login.register({
        clientId: CLIENT,
        redirectUri: `${issuer}/callback`,
        jwksUri: `${issuer}/jwks`,
      })
      sealer = startSealer(port, karna.regions)
    },
    async stop() {
      sealer?.kill()
      await login.stop()
    },
  }
}

/**
 * The demo's sealer, a process of its own, with the demo's regions as each other's witnesses. It ends with us.
 * In production it is a service under another user, so that who has the application doesn't have the key.
 */
function startSealer(port: number, regions: readonly string[]): ChildProcess {
  const witnesses = regions.flatMap((region) => [
    '--witness',
    `http://127.0.0.1:${port}/witness/${region}`,
  ])
  const words = ['src/cli.ts', 'log', 'seal', '--with-parent', ...witnesses]
  const sealer = spawn(process.execPath, words, { stdio: ['pipe', 'ignore', 'inherit'] })
  sealer.unref()
  return sealer
}
