import type { LoggedAccess } from '../log-reading/logged-access.ts'

/** One person's access to one patient on one day: what a reviewer judges as a whole. */
export interface Visit {
  readonly person: string
  readonly name: string
  readonly unit: string
  readonly patient: string
  /** Swedish date. */
  readonly day: string
  /** Milliseconds since 1970. */
  readonly first: number
  readonly last: number
  readonly accesses: readonly LoggedAccess[]
}

const DAY = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm', dateStyle: 'short' })

/** Staff's accesses to patients as visits, in the order of their names, so that the same log always gives the same list. */
export function visitsIn(accesses: readonly LoggedAccess[]): readonly Visit[] {
  const visits = new Map<string, LoggedAccess[]>()
  for (const access of accesses) {
    if (!BY_STAFF.has(access.by.kind) || access.patient === undefined) continue
    if (ABOUT_THE_LOG.has(access.action)) continue
    const { person, unit } = access.by
    const key = JSON.stringify([DAY.format(access.at), person, unit, access.patient])
    const there = visits.get(key)
    if (there) there.push(access)
    else visits.set(key, [access])
  }
  return [...visits]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) => visitOf(group) ?? [])
}

/** Here, and in other systems whose log we keep. */
const BY_STAFF = new Set(['staff', 'staff-elsewhere'])

/** Reviewers' own reading is reviewed by reading the log, not by drawing it into ever more samples. */
const ABOUT_THE_LOG = new Set(['read-log', 'extract-log', 'review-log', 'export-log'])

function visitOf(accesses: readonly LoggedAccess[]): Visit | undefined {
  const [one] = accesses
  if (one?.patient === undefined) return undefined
  const times = accesses.map(({ at }) => at)
  const first = times.reduce((least, at) => Math.min(least, at))
  const last = times.reduce((most, at) => Math.max(most, at))
  const { person, name, unit } = one.by
  return { person, name, unit, patient: one.patient, day: DAY.format(first), first, last, accesses }
}
