import type { Encounter, Organization } from 'fhir/r4'
import { dateOf, daysAgo } from '../words.ts'

/** The lanes, from the top. */
export const LANES = ['Slutenvård', 'Akut', 'Öppenvård', 'Primärvård', 'Kommunal hsl'] as const
export type Lane = (typeof LANES)[number]

/** One contact on the timeline. */
export interface Contact {
  readonly id: string
  readonly lane: Lane
  /** Share of the way from the first day shown to today. */
  readonly from: number
  readonly to: number
  readonly isOngoing: boolean
  /** `Hjärtsvikt 9 d`; for stays only. */
  readonly label: string | undefined
  /** On which side of the mark there is room for the label; `undefined` where there is none. */
  readonly labelAt: 'after' | 'before' | undefined
  /** For those who point at it or read it out. */
  readonly words: string
}

/** What the timeline shows. */
export interface Timeline {
  readonly contacts: readonly Contact[]
  readonly years: readonly { readonly year: number; readonly at: number }[]
  readonly count: number
  /** Units that gave the care. */
  readonly units: number
}

const DAY_MS = 86_400_000
const TEN_YEARS = 3652

/** Ten years of contacts, by where they took place. */
export function timelineOf(
  encounters: readonly Encounter[],
  organizations: readonly Organization[],
  now = Date.now(),
): Timeline {
  const units = new Map(organizations.map((each) => [`Organization/${each.id}`, each]))
  const begin = now - TEN_YEARS * DAY_MS
  const share = (time: number) => Math.max(0, Math.min(1, (time - begin) / (now - begin)))
  const contacts = encounters.flatMap((encounter): Contact[] => {
    const start = Date.parse(encounter.period?.start ?? '')
    if (Number.isNaN(start) || encounter.status === 'cancelled') return []
    const isOngoing = encounter.status === 'in-progress'
    const end = isOngoing ? now : Date.parse(encounter.period?.end ?? '') || start
    if (end < begin) return []
    const unit = units.get(encounter.serviceProvider?.reference ?? '')
    const lane = laneOf(encounter, unit)
    return [
      {
        id: encounter.id ?? '',
        lane,
        from: share(start),
        to: share(end),
        isOngoing,
        label: lane === 'Slutenvård' ? stayLabel(encounter, now) : undefined,
        labelAt: undefined,
        words: wordsOf(encounter, unit),
      },
    ]
  })
  return {
    contacts: withRoom(contacts.sort((a, b) => a.from - b.from)),
    years: yearsFrom(begin, now).map((year) => ({ year, at: share(Date.UTC(year, 0, 1)) })),
    count: contacts.length,
    units: new Set(encounters.map(({ serviceProvider }) => serviceProvider?.reference)).size,
  }
}

/** A letter takes about this share of the line; labels are put only where they cover nothing. */
const LETTER = 0.0065

function withRoom(contacts: readonly Contact[]): Contact[] {
  const stays = contacts.filter(({ label }) => label !== undefined)
  let free = 0
  return contacts.map((contact) => {
    if (contact.label === undefined) return contact
    const length = contact.label.length * LETTER
    const next = stays[stays.indexOf(contact) + 1]?.from ?? 1
    const hasRoomAfter = contact.to + length < next
    const hasRoomBefore = contact.from - length > free
    free = hasRoomAfter ? contact.to + length : contact.to
    if (hasRoomAfter) return { ...contact, labelAt: 'after' }
    return hasRoomBefore ? { ...contact, labelAt: 'before' } : contact
  })
}

function laneOf(encounter: Encounter, unit: Organization | undefined): Lane {
  const kind = unit?.type?.[0]?.text ?? ''
  if (encounter.class.code === 'IMP') return 'Slutenvård'
  if (encounter.class.code === 'EMER') return 'Akut'
  if (/^Kommunal/.test(kind) || encounter.class.code === 'HH') return 'Kommunal hsl'
  return kind === 'Vårdcentral' ? 'Primärvård' : 'Öppenvård'
}

/** A stay that goes on is on the day that the banner says, the day of arrival being the first; one that is over took its nights. */
function stayLabel({ status, period, reasonCode }: Encounter, now: number): string {
  const reason = reasonCode?.[0]?.text?.split(',')[0] ?? 'Vårdtillfälle'
  const today = new Date(now)
  if (status === 'in-progress') return `${reason} dag ${daysAgo(period?.start, today) + 1}`
  const nights = daysAgo(period?.start, today) - daysAgo(period?.end ?? period?.start, today)
  return `${reason} ${Math.max(1, nights)} d`
}

function wordsOf(encounter: Encounter, unit: Organization | undefined): string {
  const what = encounter.type?.[0]?.text ?? 'Kontakt'
  const why = encounter.reasonCode?.[0]?.text
  return [dateOf(encounter.period?.start), what, why, unit?.name].filter(Boolean).join(' · ')
}

function yearsFrom(begin: number, now: number): number[] {
  const first = new Date(begin).getUTCFullYear() + 1
  const last = new Date(now).getUTCFullYear()
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
