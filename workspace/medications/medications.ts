import type { Dosage, MedicationRequest } from 'fhir/r4'
import { exactText } from '../api/exact-json.ts'
import { dateOf, daysAgo } from '../words.ts'

/** A row of the medication list. */
export interface MedicationRow {
  readonly id: string
  /** `Furosemid` of `Furosemid tablett 40 mg`, and the rest. */
  readonly name: string
  readonly strength: string
  /** Morning, noon, evening, night; `undefined` when only words tell the dose. */
  readonly doses: readonly string[] | undefined
  /** What a dose is counted in, where the form does not say: `E`. */
  readonly unit: string
  /** The dosage as the prescriber wrote it. */
  readonly text: string
  /** Whether the text says more than the doses do, and must stand beside them. */
  readonly saysMore: boolean
  readonly tag: { readonly text: string; readonly kind: 'new' | 'warning' | 'quiet' } | undefined
  readonly group: MedicationGroup
  /** Why it is given, or why it was paused or stopped. */
  readonly reason: string
  /** When it was prescribed, and by whom. */
  readonly since: string
  readonly by: string
}

/** Whether a drug is taken as needed: said plainly, or by naming what for. */
export function isAsNeeded(dosage: Dosage | undefined): boolean {
  return dosage?.asNeededBoolean === true || dosage?.asNeededCodeableConcept !== undefined
}

/** The groups of the list, in order. */
export const MEDICATION_GROUPS = [
  'Kur och nyinsatt',
  'Stående',
  'Vid behov',
  'Pausade',
  'Avslutade',
] as const
export type MedicationGroup = (typeof MEDICATION_GROUPS)[number]

export interface MedicationList {
  readonly rows: readonly MedicationRow[]
  readonly active: number
  readonly paused: number
}

/** What goes on or is paused: courses and what is new first, then what stands, then as needed, then paused. */
export function medicationList(
  requests: readonly MedicationRequest[],
  now = new Date(),
): MedicationList {
  const rows = medicationRows(requests, now).filter(({ group }) => group !== 'Avslutade')
  const paused = rows.filter(({ group }) => group === 'Pausade').length
  return { rows, active: rows.length - paused, paused }
}

/** Every prescription, in the order of the groups and the alphabet; what has ended comes last, newest first. */
export function medicationRows(
  requests: readonly MedicationRequest[],
  now = new Date(),
): MedicationRow[] {
  const rows = requests
    .filter(({ status }) => status !== 'entered-in-error' && status !== 'draft')
    .map((request) => rowOf(request, now))
  const rank = (row: MedicationRow) => MEDICATION_GROUPS.indexOf(row.group)
  return rows.sort(
    (a, b) =>
      rank(a) - rank(b) ||
      (a.group === 'Avslutade'
        ? b.since.localeCompare(a.since)
        : `${a.name} ${a.strength}`.localeCompare(`${b.name} ${b.strength}`, 'sv')),
  )
}

function rowOf(request: MedicationRequest, now: Date): MedicationRow {
  const full = productName(request)
  const [name, strength] = splitName(full)
  const dosages = request.dosageInstruction ?? []
  const text = dosages.flatMap((each) => each.text ?? []).join('\n')
  const doses = dosesOf(dosages)
  const unit = dosages[0]?.doseAndRate?.[0]?.doseQuantity?.unit ?? ''
  const group = groupOf(request, now)
  return {
    id: request.id ?? full,
    name,
    strength,
    doses,
    unit: doses && !FORM.test(unit) ? unit : '',
    text: text || (doses ? '' : 'Dosering saknas'),
    saysMore: !doses || !PLAIN_DOSAGE.test(text || '1 tablett dagligen'),
    tag: tagOf(request, group, now),
    group,
    reason: request.statusReason?.text ?? request.reasonCode?.[0]?.text ?? '',
    since: dateOf(request.authoredOn),
    by: request.requester?.display ?? '',
  }
}

/** The product as it was prescribed. */
export function productName({ medicationCodeableConcept: product }: MedicationRequest): string {
  return product?.text ?? product?.coding?.[0]?.display ?? 'Läkemedel utan namn'
}

const FORM =
  /^(depot|tugg|entero|brus|munsönderfallande )?(tablett|kapsel)|^inhalation|^nässpray|^pulver|^injektion|^oral|^dospåse/

/** Before the form or the strength: the product's own name. All words are kept. */
function splitName(full: string): [string, string] {
  const words = full.split(' ')
  const at = words.findIndex((word, index) => index > 0 && (/^\d/.test(word) || FORM.test(word)))
  return at < 0 ? [full, ''] : [words.slice(0, at).join(' '), words.slice(at).join(' ')]
}

/** Texts that say no more than a number for each time of day. All others are shown. */
const PLAIN_DOSAGE =
  /^\d+ \p{L}+( \d gånger)?( om dagen| dagligen| på morgonen| till kvällen| till natten)(( och)? \d+ \p{L}+( mitt på dagen| till kvällen| till natten))?( i \d+ dagar)?\.?$/u

const TIMES = ['MORN', 'NOON', 'EVE', 'NIGHT'] as const

/** Only where each dose has a time of day and a unit that can be counted; else the text alone is true. */
function dosesOf(dosages: readonly Dosage[]): string[] | undefined {
  const isCounted = (each: Dosage) => {
    const unit = each.doseAndRate?.[0]?.doseQuantity?.unit ?? ''
    return each.timing?.repeat?.when?.length === 1 && unit !== '' && unit !== 'dos'
  }
  if (dosages.length === 0 || !dosages.every(isCounted)) return undefined
  const times = dosages.map(({ timing }) => timing?.repeat?.when?.[0] ?? '')
  const isOnceEach =
    new Set(times).size === times.length &&
    times.every((time) => (TIMES as readonly string[]).includes(time))
  if (!isOnceEach) return undefined
  return TIMES.map((time) => {
    const quantity = dosages[times.indexOf(time)]?.doseAndRate?.[0]?.doseQuantity
    return quantity ? exactText(quantity, 'value') : '0'
  })
}

function groupOf(request: MedicationRequest, now: Date): MedicationGroup {
  const { status, dosageInstruction, authoredOn } = request
  if (status === 'on-hold') return 'Pausade'
  if (status !== 'active') return 'Avslutade'
  if (isAsNeeded(dosageInstruction?.[0])) return 'Vid behov'
  const isCourse = dosageInstruction?.[0]?.timing?.repeat?.boundsPeriod?.end !== undefined
  return isCourse || daysAgo(authoredOn, now) <= 1 ? 'Kur och nyinsatt' : 'Stående'
}

function tagOf(
  request: MedicationRequest,
  group: MedicationGroup,
  now: Date,
): MedicationRow['tag'] {
  if (group === 'Pausade') return { text: 'pausad', kind: 'warning' }
  if (group === 'Avslutade') {
    return { text: request.status === 'stopped' ? 'utsatt' : 'avslutad', kind: 'quiet' }
  }
  const bounds = request.dosageInstruction?.[0]?.timing?.repeat?.boundsPeriod
  if (bounds?.start && bounds.end) return courseTag(bounds.start, bounds.end, now)
  const age = daysAgo(request.authoredOn, now)
  if (age === 0) return { text: 'ny i dag', kind: 'new' }
  return age === 1 ? { text: 'ny i går', kind: 'new' } : undefined
}

/** `dag 4 av 7`; past its end it says so, since somebody must decide. */
function courseTag(start: string, end: string, now: Date): MedicationRow['tag'] {
  const length = daysAgo(start, now) - daysAgo(end, now)
  const day = daysAgo(start, now) + 1
  if (day > length + 1) return { text: `skulle sluta ${dateOf(end)}`, kind: 'warning' }
  if (length > 60) return { text: `till ${dateOf(end)}`, kind: 'quiet' }
  return { text: `dag ${Math.min(day, length)} av ${length}`, kind: 'quiet' }
}
