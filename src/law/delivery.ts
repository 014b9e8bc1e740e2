import type { Author } from '../fhir/record-system.ts'
import { EVERYTHING, type HsaId, mintSight } from '../fhir/sight.ts'
import type { Access } from './access.ts'
import type { AccessLog } from './access-log.ts'
import type { WriteEntry } from './write-log.ts'

/** Something that was written, and is now delivered to the system that it was meant for. */
export interface Delivered {
  readonly patient: string | undefined
  readonly unit: HsaId
  readonly provider: HsaId
}

/**
 * In whose name a write is delivered that waited: the system's, for the unit that wrote it. It reaches the one patient's
 * records of that provider and nothing else, and what it does is logged as a delivery.
 */
export async function deliveryAuthor(
  log: AccessLog,
  region: string,
  { patient, unit, provider }: Delivered,
): Promise<Author> {
  const access: Access = {
    kind: 'system',
    region,
    user: 'karna-delivery',
    userName: 'Leverans till journalsystem',
    commission: 'karna-delivery',
    unit,
    provider,
    purpose: 'care',
    statedReason: undefined,
    session: 'karna-delivery',
  }
  const logEntry: WriteEntry = { access, context: await log.contextOf(access), known: [] }
  return {
    sight: mintSight({
      ...EVERYTHING,
      patients: patient === undefined ? [] : [patient],
      providers: [provider],
    }),
    unit,
    provider,
    process: undefined,
    mayUnlabel: false,
    mayChooseId: true,
    originOf: undefined,
    logEntry,
  }
}
