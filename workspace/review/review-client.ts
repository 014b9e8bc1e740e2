import type { AuditEvent, Bundle } from 'fhir/r4'
import { ask, Refusal, refusalWords } from '../api/http.ts'
import type { Session } from '../login/session.ts'
import { personnummerText } from '../words.ts'
import {
  type Check,
  type CheckItem,
  dayBegins,
  doneWords,
  kindWords,
  type LogRow,
  logRows,
  type OutcomeWord,
} from './review.ts'

/** Whose record a row of the log is about. */
export interface Person {
  readonly patient: string
  readonly name: string
  readonly personnummer: string
  readonly isProtected: boolean
}

/** The checks that were made at the care provider, newest first. */
export async function loadChecks(session: Session): Promise<readonly Check[]> {
  const { reviews } = (await ask(session, `${base(session)}/reviews`)) as { reviews: Check[] }
  return reviews
}

/** What a check is made of: a period of whole days, both included. */
export interface WantedCheck {
  readonly kind: Check['kind']
  readonly from: string
  readonly to: string
  readonly size: number
  /** Draws a former sample again; empty: a new one. */
  readonly seed: string
}

export async function makeCheck(session: Session, wanted: WantedCheck): Promise<Check> {
  const { kind, from, to, size, seed } = wanted
  const body = {
    kind,
    size,
    from: dayBegins(from),
    to: dayBegins(to, 1),
    ...(seed && { seed }),
  }
  return (await ask(session, `${base(session)}/reviews`, { method: 'POST', body })) as Check
}

export type CheckWithItems = Check & { readonly items: readonly CheckItem[] }

export async function loadCheck(session: Session, id: string): Promise<CheckWithItems> {
  return (await ask(session, `${base(session)}/reviews/${id}`)) as CheckWithItems
}

/** Records what a reviewer found. */
export async function decideItem(
  session: Session,
  { id }: Pick<Check, 'id'>,
  number: number,
  found: { readonly outcome: OutcomeWord; readonly note: string },
): Promise<CheckWithItems> {
  const path = `${base(session)}/reviews/${id}/items/${number}/outcome`
  return (await ask(session, path, { method: 'POST', body: found })) as CheckWithItems
}

/** One entry behind an item. */
export interface ItemEntry {
  readonly id: string
  readonly at: string
  readonly did: string
  readonly kinds: string
  readonly isDenied: boolean
  readonly reason: string
  readonly query: string
}

interface LoggedEntry {
  readonly id: string
  readonly at: string
  readonly action: string
  readonly outcome: 'permit' | 'deny'
  readonly reason?: string
  readonly query?: string
  readonly resources: readonly string[]
}

export async function loadEntries(
  session: Session,
  { id }: Pick<Check, 'id'>,
  number: number,
): Promise<readonly ItemEntry[]> {
  const path = `${base(session)}/reviews/${id}/items/${number}`
  const { entries } = (await ask(session, path)) as { entries: LoggedEntry[] }
  return entries.map(({ action, outcome, resources, ...each }) => ({
    id: each.id,
    at: each.at,
    did: doneWords(action),
    kinds: kindWords(resources),
    isDenied: outcome === 'deny',
    reason: each.reason ?? '',
    query: each.query ?? '',
  }))
}

/** Who patients are, by their ids; one who isn't there is left out. */
export async function loadPeople(
  session: Session,
  whom: { readonly ids?: readonly string[]; readonly numbers?: readonly string[] },
): Promise<ReadonlyMap<string, Person>> {
  const body = { ids: [...new Set(whom.ids)], numbers: whom.numbers ?? [] }
  const answer = await ask(session, `${base(session)}/patients`, { method: 'POST', body })
  const { patients } = answer as {
    patients: { patient: string; name?: string; personalNumber?: string; isProtected: boolean }[]
  }
  return new Map(
    patients.map(({ patient, name, personalNumber, isProtected }) => [
      patient,
      {
        patient,
        name: name ?? (isProtected ? 'Skyddad uppgift' : 'Namn saknas'),
        personnummer: personnummerText(personalNumber),
        isProtected,
      },
    ]),
  )
}

/** What of the log is asked for; empty: not asked. */
export interface LogQuery {
  readonly patient: string
  /** HSA-id of a member of staff. */
  readonly person: string
  readonly from: string
  readonly to: string
  readonly onlyDenied: boolean
}

export interface LogPage {
  readonly rows: readonly LogRow[]
  /** Where the next page begins, when there is more. */
  readonly next: string | undefined
}

/** A page of the log, newest first. @param next where a former page ended */
export async function searchLog(
  session: Session,
  wanted: LogQuery,
  next?: string,
): Promise<LogPage> {
  const query = new URLSearchParams({ _count: '100', _sort: '-date' })
  if (wanted.patient) query.set('patient', wanted.patient)
  if (wanted.person) query.set('agent:identifier', `urn:oid:1.2.752.29.4.19|${wanted.person}`)
  if (wanted.from) query.append('date', `ge${dayBegins(wanted.from)}`)
  if (wanted.to) query.append('date', `lt${dayBegins(wanted.to, 1)}`)
  if (wanted.onlyDenied) query.set('outcome', '4')
  const path = next ?? `/fhir/${session.region}/AuditEvent?${query}`
  const bundle = (await ask(session, path)) as Bundle<AuditEvent>
  const more = bundle.link?.find(({ relation }) => relation === 'next')?.url
  const address = more && new URL(more)
  return { rows: logRows(bundle), next: address && address.pathname + address.search }
}

/** What a patient is told of access to the record. */
export interface LogExtract {
  readonly made: string
  readonly name?: string
  readonly personalNumber?: string
  readonly entries: number
  readonly rows: readonly {
    readonly from: string
    readonly to: string
    readonly unit: string
    readonly provider: string
    readonly who: string
    readonly did: string
    readonly kinds: readonly string[]
    readonly why: string
    readonly entries: number
  }[]
}

/** Whole days, both included; empty: no limit. */
export interface ExtractPeriod {
  readonly from: string
  readonly to: string
}

export async function loadExtract(
  session: Session,
  patient: string,
  period: ExtractPeriod,
): Promise<LogExtract> {
  return (await ask(session, extractPath(session, patient, period))) as LogExtract
}

/** The address of an extract, or of the same on paper. */
export function extractPath(
  session: Session,
  patient: string,
  { from, to }: ExtractPeriod,
  file = '',
): string {
  const query = new URLSearchParams()
  if (from) query.set('from', dayBegins(from))
  if (to) query.set('to', dayBegins(to, 1))
  const tail = query.size > 0 ? `?${query}` : ''
  return `${base(session)}/patients/${patient}${file}${tail}`
}

const base = ({ region }: Session) => `/log/${region}`

/** What went wrong, in a sentence for the screen. */
export function reviewFailure(cause: unknown): string {
  if (!(cause instanceof Refusal)) throw cause
  if (cause.status === 403) return 'Ditt uppdrag är inte för loggranskning (PDL 4 kap. 3 §).'
  if (/more than/.test(cause.message)) return 'Tiden har för många åtkomster. Välj kortare tid.'
  return `Det gick inte: loggen ${refusalWords(cause.status)}.`
}
