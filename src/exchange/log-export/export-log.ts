import type { LogNames } from '../../law/log-reading/extract.ts'
import type { LogFeed } from '../../law/log-reading/log-feed.ts'
import type { LoggedAccess } from '../../law/log-reading/logged-access.ts'
import { type PatientNumber, toLogPost } from './log-post.ts'

/** A post as it is sent. */
export type LogPost = ReturnType<typeof toLogPost>

/** What a log is handed out with. */
export interface LogExport {
  readonly feed: LogFeed
  /** HSA-id of the system that writes the log. */
  readonly system: string
  readonly names: LogNames
  readonly patientNumber: (patient: string) => Promise<PatientNumber | undefined>
  /**
   * Hands posts over, all or none.
   * @throws Problem `transient` when it isn't known whether they were taken
   */
  readonly send: (posts: readonly LogPost[]) => Promise<'stored' | 'refused'>
}

/** What came of it. */
export interface ExportReport {
  readonly sent: number
  /** Posts that the receiver would not take, told alone. Kept in `law.log_export_refusal`. */
  readonly refused: number
}

const MOST = 500

/**
 * Hands over what the receiver hasn't taken yet, at most 500 posts a call. Each post at least once: where a call's outcome is not
 * known, the same posts with the same ids are sent again, and one that is refused then was taken before.
 *
 * @throws Problem `transient` when the receiver is away; the next time goes on where this stopped
 */
export async function exportLog(parts: LogExport): Promise<ExportReport> {
  let [sent, refused] = [0, 0]
  for (;;) {
    const batch = await parts.feed.next(MOST)
    if (batch.isEmpty) return { sent, refused }
    const isAgain = await parts.feed.trying()
    const wrong = await handOver(parts, batch.accesses)
    await parts.feed.taken(batch, isAgain ? [] : wrong)
    sent += batch.accesses.length - wrong.length
    if (!isAgain) refused += wrong.length
  }
}

/** A call that is refused is halved until the post that was wrong stands alone. */
async function handOver(
  parts: LogExport,
  accesses: readonly LoggedAccess[],
): Promise<readonly LoggedAccess[]> {
  if (accesses.length === 0) return []
  const posts: LogPost[] = []
  for (const access of accesses) {
    const number = access.patient && (await parts.patientNumber(access.patient))
    posts.push(toLogPost(access, parts.system, number || undefined, parts.names))
  }
  if ((await parts.send(posts)) === 'stored') return []
  if (accesses.length === 1) return accesses
  const middle = Math.ceil(accesses.length / 2)
  const first = await handOver(parts, accesses.slice(0, middle))
  return [...first, ...(await handOver(parts, accesses.slice(middle)))]
}
