import { ask, Refusal, refusalWords } from '../api/http.ts'
import type { Session } from '../login/session.ts'
import type { InformationEntry, RegionEvent, ShownRegion } from './regions.ts'

/** The regions, and how each has answered lately. */
export async function loadRegions(session: Session): Promise<readonly ShownRegion[]> {
  const { regions } = (await ask(session, '/regions')) as { regions: ShownRegion[] }
  return regions
}

/** What has happened to a region, the newest first, and what information it has. */
export interface RegionDetail {
  readonly events: readonly RegionEvent[]
  readonly information: readonly InformationEntry[]
}

export async function loadRegion(session: Session, id: string): Promise<RegionDetail> {
  return (await ask(session, `/regions/${id}`)) as RegionDetail
}

/** Tries a region with some of its own patients, through its gate. */
export async function tryRegion(session: Session, id: string): Promise<void> {
  await ask(session, `/regions/${id}/conformance`, { method: 'POST', body: {} })
}

/** Compares, now, some of what a region in shadow answers with what all regions would show of it. */
export async function compareRegion(session: Session, id: string): Promise<void> {
  await ask(session, `/regions/${id}/compare`, { method: 'POST', body: {} })
}

/** Moves a region on, or back. */
export async function moveRegion(
  session: Session,
  id: string,
  state: 'shadow' | 'live' | 'paused',
): Promise<void> {
  await ask(session, `/regions/${id}/state`, { method: 'POST', body: { state } })
}

/** Why it didn't work, as a sentence: the server's own reason where it's about the region. */
export function regionFailure(cause: unknown): string {
  if (!(cause instanceof Refusal)) throw cause
  if (cause.status === 422 || cause.status === 404) return `Det gick inte: ${cause.message}`
  return `Det gick inte: regionen ${refusalWords(cause.status)}.`
}
