import type { Contract, Question } from '../../src/systems/rivta/contracts/contract.ts'
import { contractOf } from '../../src/systems/rivta/contracts/contracts.ts'
import type { RivtaProfile, RivtaSource } from '../../src/systems/rivta/profile.ts'
import type { RivtaSimulator, SimulatedSource } from './rivta-simulator.ts'

/** How a region would write down a simulated product: the profile that `createRivtaSystem` takes. */
export function profileOf(
  simulator: RivtaSimulator,
  name: string,
  more: Partial<RivtaProfile> = {},
): RivtaProfile {
  const { providers, units } = simulator.records
  return {
    name,
    sources: simulator.sources.map(toSource),
    provider: providers[0]?.hsaId ?? '',
    units,
    providers,
    reserveNumbers: [],
    deadline: 5_000,
    maxBytes: 20_000_000,
    freshness: 2_000,
    ...more,
  }
}

function toSource(source: SimulatedSource): RivtaSource {
  return { ...source, contracts: source.contracts.flatMap(toContract) }
}

function toContract(version: string): Contract[] {
  const [question = '', major] = version.split(':')
  const contract = contractOf(question as Question, Number(major))
  return contract ? [contract] : []
}
