import { disclosedByGate } from './disclosed-by-gate.ts'
import type { Directory } from './identity/directory.ts'
import { indexAnswerers } from './index-contracts.ts'
import type { Karna } from './karna.ts'
import { notOurs, ourSystems } from './our-systems.ts'
import { receivedLogAnswerer } from './received-posts.ts'
import { securityAnswerers } from './security-contracts.ts'
import { createServiceProvider } from './systems/rivta/national/national-service.ts'
import { type ContractVersion, PRODUCERS } from './systems/rivta/provide/producers.ts'
import { createRivtaProvider } from './systems/rivta/provide/rivta-provider.ts'
import {
  type SoapHandler,
  type SoapServer,
  startSoapServer,
} from './systems/rivta/soap/soap-server.ts'

/** Requests are small; a notification holds at most a thousand engagements, a call to the log 500 posts. */
const MOST_BYTES = 4_000_000
const PAGE = 100
const CONTRACTS = Object.keys(PRODUCERS) as ContractVersion[]

/**
 * Opens the port on which regions of ours answer the national service contracts, so that NPÖ and 1177 read them as any
 * other, on which the engagement index notifies us, and other systems hand in what was done in them. Who asks is known by
 * their certificate (mutual TLS) and must be agreed on; every answer goes through the region's gate and is in its log before
 * it leaves.
 *
 * @returns `undefined` where the settings name no port
 */
export async function startServiceContracts(
  karna: Pick<Karna, 'live' | 'national' | 'receivedLog' | 'log' | 'onDefect'>,
  directory: Pick<Directory, 'units'>,
): Promise<SoapServer | undefined> {
  const { national, live } = karna
  if (!national) return undefined
  const { settings, tls } = national
  const { port } = settings
  if (port === undefined) return undefined
  const answering = { live, settings, directory }
  const providers = new Map(
    ourSystems(settings).map((own) => [
      own.system,
      createRivtaProvider({
        system: own.system,
        contracts: CONTRACTS,
        version: live.version,
        pageSize: PAGE,
        disclose: (asked) => disclosedByGate(answering, own, asked),
      }),
    ]),
  )
  const services = [
    ...indexAnswerers(karna, answering),
    ...securityAnswerers(karna, settings),
    receivedLogAnswerer(karna, settings),
  ]
  const names = new Set(services.map(({ operation }) => operation.name))
  const service = createServiceProvider(services)
  const handle: SoapHandler = (request, caller) => {
    if (names.has(request.body.name)) return service(request, caller)
    const answer = providers.get(request.logicalAddress ?? '')
    if (!answer) throw notOurs()
    return answer(request, caller)
  }
  return startSoapServer({
    ...{ handle, maxBytes: MOST_BYTES, port, onDefect: karna.onDefect },
    ...(tls && { tls }),
  })
}
