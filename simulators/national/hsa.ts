import {
  type HealthCareUnit,
  healthCareUnitAnswerer,
} from '../../src/systems/rivta/national/hsa-directory.ts'
import { createServiceProvider } from '../../src/systems/rivta/national/national-service.ts'
import type { TlsOptions } from '../../src/systems/rivta/soap/soap-client.ts'
import { startSoapServer } from '../../src/systems/rivta/soap/soap-server.ts'

/** Starts HSA on 127.0.0.1 with the care units that it's given, each with the units that belong to it. */
export async function startHsa(
  units: readonly (HealthCareUnit & { readonly members: readonly string[] })[],
  tls?: TlsOptions,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const find = async (hsaId: string) =>
    units.find(({ unit, members }) => unit === hsaId || members.includes(hsaId))
  const handle = createServiceProvider([healthCareUnitAnswerer(find)])
  return startSoapServer({ handle, maxBytes: 100_000, ...(tls && { tls }) })
}
