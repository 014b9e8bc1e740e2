import type {
  Composition,
  DiagnosticReport,
  FhirResource,
  MedicationRequest,
  Observation,
} from 'fhir/r4'
import { productName } from '../medications/medications.ts'
import { isShown, markOf, nameOf, placeOf, valueText } from '../results/results.ts'

/** Something that has happened since the user last read. */
export interface NewsItem {
  readonly id: string
  readonly kind: 'result' | 'report' | 'note' | 'medication'
  readonly title: string
  /** What it says, in words. */
  readonly rest: string
  /** The answers that came at the same time. */
  readonly values: readonly NewValue[]
  /** ISO time it was known. */
  readonly at: string
  readonly by: string
}

/** A result among the news. */
export interface NewValue {
  readonly name: string
  readonly value: string
  readonly mark: ReturnType<typeof markOf>
  readonly unit: string
  /** The value before it, empty when there is none. */
  readonly before: string
}

/** What news are made from. */
export interface NewsSources {
  readonly laboratory: readonly Observation[]
  readonly reports: readonly DiagnosticReport[]
  readonly notes: readonly Composition[]
  readonly medications: readonly MedicationRequest[]
}

/** What the news are counted from. */
export interface Since {
  /** ISO time. */
  readonly from: string
  /** Whether `from` is when the user read: then what was stored later is new too, however old it is. */
  readonly isRead: boolean
  /** The user's own name: one's own notes are no news. */
  readonly own: string
}

/** How long back the news go for one who has never marked the record as read. */
const FIRST_DAYS = 7

/** Since the user's mark, or since a week ago. */
export function newsSince(readAt: string | undefined, own: string, now: number): Since {
  if (readAt) return { from: readAt, isRead: true, own }
  return { from: new Date(now - FIRST_DAYS * 86_400_000).toISOString(), isRead: false, own }
}

/** Newest first: of each analysis the newest value, answers in words, notes of others, and changed drugs. */
export function newsOf(since: Since, sources: NewsSources): NewsItem[] {
  const from = Date.parse(since.from)
  const isNew = (resource: FhirResource, at: string | undefined) =>
    Date.parse(at ?? '') > from ||
    (since.isRead && Date.parse(resource.meta?.lastUpdated ?? '') > from)
  const items = [
    ...newResults(sources.laboratory, isNew),
    ...sources.reports.filter((each) => isNew(each, each.issued)).map(reportItem),
    ...sources.notes
      .filter((each) => isNew(each, each.date) && !each.author[0]?.display?.startsWith(since.own))
      .map(noteItem),
    ...sources.medications.filter((each) => isNew(each, each.authoredOn)).map(medicationItem),
  ]
  return items.sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
}

function newResults(
  laboratory: readonly Observation[],
  isNew: (resource: FhirResource, at: string | undefined) => boolean,
): NewsItem[] {
  const newest = [...Map.groupBy(laboratory.filter(isShown), nameOf)].flatMap(
    ([name, [result, before]]) => {
      const at = result?.issued ?? result?.effectiveDateTime
      if (!result || !at || !isNew(result, at)) return []
      const mark = markOf(result)
      const isNumber = result.valueQuantity !== undefined || result.valueInteger !== undefined
      // Normal numbers stand among the results; what is abnormal or in words is news.
      if (isNumber && !mark) return []
      const value: NewValue = {
        name,
        value: valueText(result),
        mark,
        unit: result.valueQuantity?.unit ?? '',
        before: before && isNumber ? valueText(before) : '',
      }
      return [{ at, by: result.performer?.[0]?.display ?? '', id: result.id ?? name, value }]
    },
  )
  return [...Map.groupBy(newest, ({ at, by }) => `${at} ${by}`).values()].map((same): NewsItem => {
    const [first] = same as [(typeof same)[0]]
    const values = same.map(({ value }) => value).sort((a, b) => placeOf(a.name) - placeOf(b.name))
    return { id: first.id, kind: 'result', title: '', rest: '', values, at: first.at, by: first.by }
  })
}

function reportItem(report: DiagnosticReport): NewsItem {
  return {
    id: report.id ?? '',
    kind: 'report',
    title: report.code.text ?? 'Svar',
    values: [],
    rest: report.conclusion ?? '',
    at: report.issued ?? '',
    by: shortName(report.resultsInterpreter?.[0]?.display),
  }
}

function noteItem(composition: Composition): NewsItem {
  return {
    id: composition.id ?? '',
    kind: 'note',
    title: composition.title,
    values: [],
    rest: '',
    at: composition.date,
    by: shortName(composition.author[0]?.display),
  }
}

function medicationItem(request: MedicationRequest): NewsItem {
  const [what, why] = CHANGES[request.status] ?? ['ordinerat']
  return {
    id: request.id ?? '',
    kind: 'medication',
    title: `${productName(request)} ${what}`,
    values: [],
    rest: (why && request.statusReason?.text) ?? '',
    at: request.authoredOn ?? '',
    by: shortName(request.requester?.display),
  }
}

const CHANGES: Readonly<Record<string, readonly [what: string, why?: true]>> = {
  active: ['insatt'],
  'on-hold': ['pausad', true],
  stopped: ['utsatt', true],
  cancelled: ['makulerad', true],
  completed: ['avslutad'],
}

/** `Anna Nyström, ST-läkare` → `A. Nyström`. */
export function shortName(display: string | undefined): string {
  const [given = '', ...family] = (display?.split(',')[0] ?? '').split(' ')
  return family.length > 0 ? `${given[0]}. ${family.join(' ')}` : given
}
