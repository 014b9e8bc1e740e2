import { Problem } from '../../fhir/problem.ts'
import type { RivtaProfile, RivtaSource } from './profile.ts'
import type { SoapClient } from './soap/soap-client.ts'
import { pieces, tag } from './soap/write-xml.ts'
import { childrenOf, textOf } from './soap/xml-element.ts'

/** Source: RIV-TA itintegration:monitoring 1.0, which every producer has beside its other contracts. */
export const PING = {
  operation: 'PingForConfiguration',
  responder: 'urn:riv:itintegration:monitoring:PingForConfigurationResponder:1',
} as const

/** Milliseconds. */
const DEADLINE = 2_500
const MOST_BYTES = 100_000

/**
 * Asks every source whether it's there, and what it says that it is. One that doesn't have the contract says so in a fault,
 * and is there.
 *
 * @returns `Melior 216`; several if the sources differ
 * @throws Problem `transient` when one doesn't answer: then the region isn't whole
 */
export async function pingSources(
  { sources }: RivtaProfile,
  client: SoapClient,
): Promise<string | undefined> {
  const versions = await Promise.all(sources.map((source) => pingSource(source, client)))
  const [...said] = new Set(versions.flatMap((version) => version ?? []))
  return said.length === 0 ? undefined : said.join(', ')
}

async function pingSource(source: RivtaSource, client: SoapClient): Promise<string | undefined> {
  const { operation, responder } = PING
  const asked = tag('urn:serviceContractNamespace', source.contracts[0]?.shape.responder)
  const answer = await client.call({
    url: source.url,
    action: `${responder}:${operation}`,
    logicalAddress: source.logicalAddress,
    body: pieces(tag(`urn:${operation}`, [asked], ` xmlns:urn="${responder}"`)),
    deadline: DEADLINE,
    maxBytes: MOST_BYTES,
  })
  if (answer.kind === 'fault') return undefined
  if (answer.kind !== 'answer') throw new Problem('transient', `${source.name} does not answer`)
  const version = childrenOf(answer.body).find(({ name }) => name === 'version')
  return (version && textOf(version).trim()) || undefined
}
