import type { Queryable } from '../../db/database.ts'
import { Problem } from '../../fhir/problem.ts'
import type { RecordSystem } from '../../fhir/record-system.ts'
import type { Access } from '../access.ts'
import type { AccessLog } from '../access-log.ts'
import { demographicsOf } from '../log-reading/log-desk.ts'
import { readLog } from '../log-reading/logged-access.ts'
import { readProtectedByMerge } from '../read-facts.ts'
import { explanationsOf } from './explain.ts'
import { relationsOf } from './relations.ts'
import { requireReviewer } from './require-reviewer.ts'
import {
  insertOutcome,
  insertReview,
  type Outcome,
  type Review,
  type ReviewItem,
  readReview,
  readReviews,
} from './review-store.ts'
import { drawSample, newSeed } from './sample.ts'
import { busyAmong, type Judged, judgeVisit, rank, type StaffFacts } from './suspicion.ts'
import { type Visit, visitsIn } from './visit.ts'

/** Where a care provider checks who opened its records (loggkontroll). The checks themselves are in the log. */
export interface ReviewDesk {
  /** @throws Problem `forbidden` from every method for who is no reviewer */
  begin(access: Access, wanted: WantedReview): Promise<Review>
  /** Newest first. */
  reviews(access: Access): Promise<readonly Review[]>
  /** @throws Problem `not-found` for a review that isn't the own care provider's */
  review(access: Access, id: string): Promise<ReviewWithItems>
  decide(access: Access, id: string, number: number, outcome: Outcome): Promise<ReviewWithItems>
}

/** A check to make: a systematic sample, or what there is most reason to look at. */
export interface WantedReview {
  readonly kind: 'sample' | 'suspicion'
  /** [from, to), milliseconds since 1970. */
  readonly from: number
  readonly to: number
  readonly size: number
  /** For drawing a former sample again. */
  readonly seed: string | undefined
}

export interface ReviewWithItems {
  readonly review: Review
  readonly items: readonly ReviewItem[]
}

/** What a desk is made of. */
export interface ReviewDeskParts {
  readonly db: Queryable
  readonly region: string
  readonly system: RecordSystem
  readonly log: AccessLog
  /** What the directory tells of who is employed. */
  readonly staff: (hsaId: string) => StaffFacts | undefined
  readonly isEmployed: (personalNumber: string) => boolean
}

/** More entries than this are a period too long to review at once. */
const MOST = 500_000

export function createReviewDesk(parts: ReviewDeskParts): ReviewDesk {
  const { db, region } = parts
  const open = async (access: Access, id: string): Promise<ReviewWithItems> => {
    await requireReviewer(parts, access)
    const found = await readReview(db, region, access.provider, id)
    if (!found) throw new Problem('not-found', 'There is no such review at your care provider')
    return found
  }
  const told = async (access: Access, found: ReviewWithItems) => {
    await logReview(parts, access, found.items)
    return found
  }
  return {
    async begin(access, wanted) {
      await requireReviewer(parts, access)
      const visits = await visitsOf(parts, access, wanted)
      const seed = wanted.seed ?? newSeed()
      const judged =
        wanted.kind === 'sample'
          ? await judge(parts, visits, drawSample(visits, seed, wanted.size))
          : rank(await judge(parts, visits, visits), wanted.size)
      const review = await insertReview(db, { region, access, wanted, seed, visits, judged })
      await logReview(
        parts,
        access,
        judged.map(({ visit }) => visit),
      )
      return review
    },
    async reviews(access) {
      await requireReviewer(parts, access)
      await logReview(parts, access, [])
      return readReviews(db, region, access.provider)
    },
    review: async (access, id) => told(access, await open(access, id)),
    async decide(access, id, number, outcome) {
      const { items } = await open(access, id)
      if (!items.some((item) => item.number === number)) {
        throw new Problem('not-found', 'The review has no such item')
      }
      await insertOutcome(db, { review: id, number, outcome, by: access.user })
      return told(access, await open(access, id))
    },
  }
}

async function visitsOf(
  { db, region }: ReviewDeskParts,
  { provider }: Access,
  { from, to }: WantedReview,
): Promise<readonly Visit[]> {
  const accesses = await readLog(db, { region, provider, from, to }, MOST + 1)
  if (accesses.length > MOST) {
    throw new Problem('too-costly', `The period has more than ${MOST} entries. Take a shorter one.`)
  }
  return visitsIn(accesses)
}

/** Judges some of a period's visits, by what is known of them and of the others. */
async function judge(
  parts: ReviewDeskParts,
  all: readonly Visit[],
  some: readonly Visit[],
): Promise<readonly Judged[]> {
  const { db, region, system, staff, isEmployed } = parts
  const relations = await relationsOf(db, region, new Set(all.map(({ patient }) => patient)))
  const explain = (visit: Visit) => explanationsOf(visit, relations)
  const unexplained = all.filter((visit) => explain(visit).length === 0)
  const merged = await readProtectedByMerge(db, region)
  const patients = new Map<string, Awaited<ReturnType<typeof demographicsOf>>>()
  for (const patient of new Set(some.map((visit) => visit.patient))) {
    patients.set(patient, await demographicsOf(system, patient, merged))
  }
  const facts = {
    ...{ staff, isEmployed },
    patient: (patient: string) => patients.get(patient),
    hasNote: noteFinder(all),
    busy: busyAmong(unexplained),
  }
  return some.map((visit) => judgeVisit(visit, explain(visit), facts))
}

const A_DAY = 86_400_000

function noteFinder(visits: readonly Visit[]) {
  const writes = new Map<string, number[]>()
  for (const { patient, unit, accesses } of visits) {
    const times = accesses.filter(({ action }) => action === 'write').map(({ at }) => at)
    const key = JSON.stringify([patient, unit])
    writes.set(key, [...(writes.get(key) ?? []), ...times])
  }
  return (patient: string, unit: string, from: number) =>
    (writes.get(JSON.stringify([patient, unit])) ?? []).some(
      (at) => at >= from && at <= from + A_DAY,
    )
}

/** Whose access was looked at is in each patient's log. */
function logReview(
  { log }: ReviewDeskParts,
  access: Access,
  of: readonly { readonly patient: string }[],
): Promise<void> {
  const patients = new Set<string | undefined>(of.map(({ patient }) => patient))
  if (patients.size === 0) patients.add(undefined)
  return log.append(
    [...patients].map((patient) => ({
      access,
      patient,
      action: 'review-log',
      outcome: 'permit',
      paragraph: undefined,
      basis: { kind: 'review' },
      resources: [],
    })),
  )
}
