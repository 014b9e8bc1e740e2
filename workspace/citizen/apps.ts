import { ask } from '../api/http.ts'
import type { CitizenSession } from '../login/login.ts'

/** An app that the patient has let in to the record of a region, as the server tells of it. Times are ISO instants. */
export interface LetInApp {
  readonly client: string
  readonly name: string
  readonly region: string
  readonly regionName?: string
  readonly since: string
  readonly latest: string
  /** What it may do, in Swedish. */
  readonly wishes: readonly string[]
  /** Until when it may go on by itself; `null`: no longer than one is logged in to it. */
  readonly until: string | null
}

/** What the page shows. */
export interface MyApps {
  readonly name: string
  /** Twelve digits. */
  readonly personalNumber: string
  readonly apps: readonly LetInApp[]
}

export async function loadApps(session: CitizenSession): Promise<MyApps> {
  return (await ask(session, '/identity/my/apps')) as MyApps
}

/** Takes back what an app was let in to; answers what is left. */
export async function withdraw(
  session: CitizenSession,
  { client, region }: LetInApp,
): Promise<MyApps> {
  const path = '/identity/my/apps/withdraw'
  return (await ask(session, path, { method: 'POST', body: { client, region } })) as MyApps
}

export async function logOutCitizen(session: CitizenSession): Promise<void> {
  await ask(session, '/identity/my/logout', { method: 'POST' }).catch(() => undefined)
}

const DAY = new Intl.DateTimeFormat('sv-SE', {
  dateStyle: 'long',
  timeZone: 'Europe/Stockholm',
})

/** How long it goes on: `till och med 25 december 2026`. */
export function untilWords({ until }: Pick<LetInApp, 'until'>): string {
  return until === null
    ? 'så länge du är inloggad i appen'
    : `till och med ${DAY.format(new Date(until))}`
}

/** When it was let in, and when again. */
export function sinceWords({ since, latest }: Pick<LetInApp, 'since' | 'latest'>): string {
  const [first, last] = [DAY.format(new Date(since)), DAY.format(new Date(latest))]
  return first === last ? first : `${first}, senast ${last}`
}
