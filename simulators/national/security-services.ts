import { Problem } from '../../src/fhir/problem.ts'
import {
  type BlockQuestion,
  checkBlocksAnswerer,
  type InformationEntity,
} from '../../src/systems/rivta/national/check-blocks.ts'
import {
  type ConsentAnswer,
  type ConsentQuestion,
  checkConsentAnswerer,
} from '../../src/systems/rivta/national/check-consent.ts'
import { createServiceProvider } from '../../src/systems/rivta/national/national-service.ts'
import type { TlsOptions } from '../../src/systems/rivta/soap/soap-client.ts'
import { type SoapHandler, startSoapServer } from '../../src/systems/rivta/soap/soap-server.ts'

/** A block (spärr) as the national service keeps it. */
export interface NationalBlock {
  readonly patient: string
  /** Inner: closes a unit to other units of the provider. Outer: closes the provider's records to other providers. */
  readonly kind: 'Inner' | 'Outer'
  readonly unit?: string
  readonly provider: string
  /** ISO 8601; without them everything is closed. */
  readonly start?: string
  readonly end?: string
  readonly exempt?: readonly InformationEntity['type'][]
}

/** A consent or an emergency that is registered for a unit. */
export interface NationalConsent {
  readonly patient: string
  readonly unit: string
  readonly type: Exclude<ConsentAnswer, 'none'>
}

/** Säkerhetstjänster in memory: what is in the lists is what it answers by. */
export interface SimulatedSecurityServices {
  readonly url: string
  readonly blocks: NationalBlock[]
  readonly consents: NationalConsent[]
  /** Whether it answers with a fault, as when it's being maintained. */
  setSilent(silent: boolean): void
  close(): Promise<void>
}

/** Starts the block and consent services on 127.0.0.1. */
export async function startSecurityServices(tls?: TlsOptions): Promise<SimulatedSecurityServices> {
  const blocks: NationalBlock[] = []
  const consents: NationalConsent[] = []
  let isSilent = false
  const answer = createServiceProvider([
    checkBlocksAnswerer({
      check: async (question) =>
        question.entities.map((entity) => blocks.some((block) => closes(block, entity, question))),
    }),
    checkConsentAnswerer({ check: async (question) => consentFor(consents, question) }),
  ])
  const handle: SoapHandler = (request, caller) => {
    if (isSilent) throw new Problem('transient', 'Underhåll pågår')
    return answer(request, caller)
  }
  const server = await startSoapServer({ handle, maxBytes: 10_000_000, ...(tls && { tls }) })
  return {
    url: server.url,
    blocks,
    consents,
    setSilent(silent) {
      isSilent = silent
    },
    close: () => server.close(),
  }
}

function closes(
  block: NationalBlock,
  entity: InformationEntity,
  { actor, patient }: BlockQuestion,
): boolean {
  if (block.patient !== patient.extension || block.provider !== entity.provider) return false
  if (block.exempt?.includes(entity.type)) return false
  if (block.kind === 'Outer' && actor.provider === block.provider) return false
  if (block.kind === 'Inner' && (block.unit !== entity.unit || actor.unit === block.unit))
    return false
  const [start, end] = [Date.parse(entity.start), Date.parse(entity.end)]
  if (block.start !== undefined && end < Date.parse(block.start)) return false
  return block.end === undefined || start < Date.parse(block.end)
}

function consentFor(
  consents: readonly NationalConsent[],
  { actor, patient }: ConsentQuestion,
): ConsentAnswer {
  const found = consents.find(
    (each) => each.patient === patient.extension && each.unit === actor.unit,
  )
  return found?.type ?? 'none'
}
