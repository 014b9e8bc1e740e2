import type { DiagnosticReport, Identifier, Observation, Reference } from 'fhir/r4'
import { filled, present } from '../../rivta/mapping/values.ts'
import type { Message, Segment } from '../er7.ts'
import { toConcept, toEntityIdentifier, toPerson, toTime } from './data-types.ts'
import { notesOf, type Result, toResult } from './observation.ts'

/** OBR-25, HL7 table 0123. */
const STATUSES: Readonly<Record<string, DiagnosticReport['status']>> = {
  F: 'final',
  C: 'corrected',
  P: 'preliminary',
  A: 'partial',
  R: 'preliminary',
  I: 'registered',
  O: 'registered',
  S: 'registered',
  X: 'cancelled',
}

const SECTION = 'http://terminology.hl7.org/CodeSystem/v2-0074'
const CATEGORY = 'http://terminology.hl7.org/CodeSystem/observation-category'
/** Diagnostic services (HL7 table 0074) that are not laboratories. */
const IMAGING: ReadonlySet<string> = new Set('RAD RUS CUS NMR CT NMS XRC CTH OUS VUS RX'.split(' '))

/** One OBR with what belongs to it. */
export interface Order {
  readonly orc: Segment | undefined
  readonly obr: Segment
  readonly notes: readonly Segment[]
  readonly results: readonly Result[]
}

/** The orders of an ORU, each with its results in their order. */
export function ordersIn({ segments }: Message): readonly Order[] {
  const orders: GrowingOrder[] = []
  let orc: Segment | undefined
  for (const segment of segments) {
    const order = orders.at(-1)
    if (segment.name === 'ORC') orc = segment
    else if (segment.name === 'OBR') {
      orders.push({ orc, obr: segment, notes: [], results: [] })
      orc = undefined
    } else if (segment.name === 'OBX' && order) addResult(order, segment)
    else if (segment.name === 'NTE' && order) (order.results.at(-1) ?? order).notes.push(segment)
  }
  return orders
}

interface GrowingOrder {
  readonly orc: Segment | undefined
  readonly obr: Segment
  readonly notes: Segment[]
  readonly results: { readonly segments: Segment[]; readonly notes: Segment[] }[]
}

function addResult({ results }: GrowingOrder, obx: Segment): void {
  const last = results.at(-1)
  const first = last?.segments[0]
  if (last && first && last.notes.length === 0 && isNextLine(first, obx)) last.segments.push(obx)
  else results.push({ segments: [obx], notes: [] })
}

/** Text comes line by line: the same code and sub-id again is the next line of it. */
function isNextLine(before: Segment, segment: Segment): boolean {
  const isText = ['TX', 'FT', 'ST'].includes(segment.field(2).text() ?? '')
  const same = (field: number) => before.field(field).whole() === segment.field(field).whole()
  return isText && same(2) && same(3) && same(4)
}

/** Whose the report is and where it belongs. */
export interface ReportContext {
  readonly sender: string
  readonly subject: Reference
  /** FHIR ids, made of the sender's own: `Observation` and what tells it apart. */
  readonly idOf: (type: 'Observation' | 'DiagnosticReport', key: string) => string
}

/**
 * Where the order was placed, as its sender calls it, the surest first: the ordering facility, the organization and the place
 * that it was entered at. Source: v2.5.1, 4.5.1: ORC-21, ORC-17, ORC-13.
 */
export function orderedAt({ orc }: Order): readonly string[] {
  if (!orc) return []
  const [facility, organization, place] = [21, 17, 13].map((number) => orc.field(number))
  return present([
    ...[10, 3, 1].map((part) => facility?.text(part)),
    ...[1, 2].map((part) => organization?.text(part)),
    ...[4, 1].map((part) => place?.text(part)),
  ])
}

/** The report's own id: the filler's, else the placer's. */
export function reportIdentifier({ obr }: Order, sender: string): Identifier | undefined {
  return toEntityIdentifier(obr.field(3), sender) ?? toEntityIdentifier(obr.field(2), sender)
}

/** The observations of an order, in their order, each with the id it will have. */
export function toObservations(
  order: Order,
  identifier: Identifier,
  { sender, subject, idOf }: ReportContext,
): Observation[] {
  const collected = toTime(order.obr.field(7).text())
  return order.results.map((result) => {
    const [first] = result.segments
    const key = `${identifier.value} ${first?.field(3).whole()} ${first?.field(4).whole() ?? ''}`
    const told = toResult(result, sender)
    return filled<Observation>({
      resourceType: 'Observation',
      id: idOf('Observation', `${identifier.system} ${key}`),
      identifier: [{ system: `${identifier.system}:result`, value: key.trim() }],
      status: 'unknown',
      code: { text: 'Okänd analys' },
      ...told,
      category: [
        { coding: [{ system: CATEGORY, code: isImaging(order) ? 'imaging' : 'laboratory' }] },
      ],
      subject,
      effectiveDateTime: told.effectiveDateTime ?? collected,
      issued: instantOf(order.obr.field(22).text()),
    })
  })
}

/** The report itself: `known` is what was kept of it, whose results stay. */
export function toReport(
  order: Order,
  identifier: Identifier,
  observations: readonly Observation[],
  { sender, subject, idOf }: ReportContext,
  known: DiagnosticReport | undefined,
): DiagnosticReport {
  const { obr } = order
  const results = observations.map(({ id }) => `Observation/${id}`)
  const before = (known?.result ?? []).filter(({ reference }) => !results.includes(reference ?? ''))
  const section = obr.field(24).text()
  const placer = toEntityIdentifier(obr.field(2), sender)
  return filled<DiagnosticReport>({
    resourceType: 'DiagnosticReport',
    id: known?.id ?? idOf('DiagnosticReport', `${identifier.system} ${identifier.value}`),
    meta: known?.meta,
    identifier: present([identifier, placer]),
    status: STATUSES[obr.field(25).text() ?? ''] ?? 'unknown',
    category: section ? [{ coding: [{ system: SECTION, code: section }] }] : known?.category,
    code: toConcept(obr.field(4), sender) ?? { text: 'Okänd undersökning' },
    subject,
    effectiveDateTime: toTime(obr.field(7).text()) ?? known?.effectiveDateTime,
    issued: instantOf(obr.field(22).text()),
    performer: present(obr.repetitions(32).map((field) => toPerson(field, sender))),
    result: [...before, ...results.map((reference) => ({ reference }))],
    conclusion: conclusionOf(order, observations),
    extension: compactNotes(order),
  })
}

/** What a doctor wrote about pictures is the report's conclusion too: every line of it. */
function conclusionOf(order: Order, observations: readonly Observation[]): string | undefined {
  if (!isImaging(order)) return undefined
  const texts = present(observations.map(({ valueString }) => valueString))
  return texts.length > 0 ? texts.join('\n') : undefined
}

function compactNotes({ notes }: Order): DiagnosticReport['extension'] {
  const text = notesOf(notes)?.[0]?.text
  return text === undefined ? [] : [{ url: 'urn:karna:extension:hl7v2-note', valueString: text }]
}

const isImaging = ({ obr }: Order) => IMAGING.has(obr.field(24).text() ?? '')

/** An instant needs the second; Swedish time gives its offset. */
function instantOf(text: string | undefined): string | undefined {
  const time = toTime(text)
  return time?.includes('T') ? time : undefined
}
