import { Problem } from '../../fhir/problem.ts'
import type { Access } from '../access.ts'
import type { AccessLog } from '../access-log.ts'
import { isReviewer, logReader } from '../log-reading/log-reader.ts'

/**
 * Lets only the log reviewers of a region's care providers through; an attempt by others is in the log.
 * @throws Problem `forbidden`
 */
export async function requireReviewer(
  { log, region }: { readonly log: AccessLog; readonly region: string },
  access: Access,
): Promise<void> {
  if (access.region !== region) {
    throw new Problem('forbidden', 'Your commission is in another region (PDL 4:2)')
  }
  if (isReviewer(access)) return
  const paragraph = logReader(access, undefined)?.paragraph ?? 'PDL 4:3'
  await log.append([
    { access, patient: undefined, action: 'review-log', outcome: 'deny', paragraph, resources: [] },
  ])
  throw new Problem('forbidden', `Your commission is not for log review (${paragraph})`)
}
